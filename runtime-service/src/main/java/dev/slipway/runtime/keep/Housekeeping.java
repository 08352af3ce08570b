package dev.slipway.runtime.keep;

import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Duty;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.ImageStore;
import dev.slipway.store.SweepStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The two duties of a runtime: the database's clean-up, which one process of the installation does,
 * and its node's, which whoever answers for the node does.
 */
public final class Housekeeping {
  /** The lease of the database's clean-up. */
  public static final String DATABASE = "housekeeping";

  private final KeepConfig config;
  private final Database database;
  private final HousekeepingStore book;
  private final LeaseKeeper keeper;

  public Housekeeping(KeepConfig config, Database database, String owner) {
    this.config = config;
    this.database = database;
    this.book = new HousekeepingStore(database);
    this.keeper =
        new LeaseKeeper(
            database.vertx(),
            new Leases(database, owner),
            DATABASE,
            whileHeld(lease -> "database", this::databaseChores));
  }

  /** Competes for the database's clean-up. */
  public void start() {
    keeper.start();
  }

  public Future<Void> stop() {
    return keeper.stop();
  }

  private List<Chore> databaseChores(Lease lease) {
    return new DatabaseChores(new SweepStore(database), config, lease).all();
  }

  /**
   * Clears up this engine while the lease {@code node:<id>} is held.
   *
   * @param registry images are fetched from a registry, so this engine has not all of them
   */
  public LeaseKeeper.Owner ofNode(DockerEngine engine, String installation, boolean registry) {
    var images = new ImageStore(database);
    var chores = new NodeChores(engine, book, images, installation, config.imageGrace(), registry);
    return whileHeld(Lease::name, lease -> chores.all());
  }

  private LeaseKeeper.Owner whileHeld(
      Function<Lease, String> name, Function<Lease, List<Chore>> chores) {
    return new LeaseKeeper.Owner() {
      private @Nullable Duty duty;

      @Override
      public synchronized void acquired(Lease lease) {
        duty =
            new Duty(
                name.apply(lease),
                "fence " + lease.fence(),
                config.every(),
                book,
                chores.apply(lease));
        duty.start();
      }

      @Override
      public synchronized void lost(Lease lease) {
        if (duty != null) {
          duty.close();
          duty = null;
        }
      }
    };
  }
}
