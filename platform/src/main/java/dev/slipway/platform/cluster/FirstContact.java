package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.Migrations;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process meets its installation's database: waits until it answers, brings the schema up to
 * date, and learns which installation this is. Blocks.
 */
final class FirstContact {
  private static final Logger LOG = LoggerFactory.getLogger(FirstContact.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int SAY_EVERY = 10;

  private final Vertx vertx;
  private final DatabaseUrl url;

  FirstContact(Vertx vertx, DatabaseUrl url) {
    this.vertx = vertx;
    this.url = url;
  }

  /**
   * Returns when the database answers: processes and their database start together, and after a
   * power cut nobody is there to order them.
   *
   * @throws SetupFailure when it answers and will not have us
   */
  void awaitDatabase() {
    Database database = Database.connect(vertx, url, 1);
    try {
      for (int tries = 0; !answers(database); tries++) {
        if (tries % SAY_EVERY == 0) {
          LOG.warn("Waiting for the database at {}", url);
        }
        vertx.timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS).await();
      }
    } finally {
      database.close().await();
    }
  }

  private boolean answers(Database database) {
    try {
      database.ping().await();
      return true;
    } catch (Exception e) {
      if (Database.isAway(e)) {
        LOG.debug("The database is away", e);
        return false;
      }
      throw new SetupFailure(
          "The database at "
              + url
              + " refuses us ("
              + e.getMessage()
              + "): correct SLIPWAY_DATABASE_URL.",
          e);
    }
  }

  /** Brings the schema up to date; processes that start together take turns. */
  void migrate() {
    Migrations.run(vertx, url).await();
  }

  /** The installation's id, made here when the database is new. */
  String installation(Optional<String> wanted, Function<Database, ProcessRegister> registerOn) {
    Database database = Database.connect(vertx, url, 1);
    try {
      String installation =
          registerOn
              .apply(database)
              .installationOr(wanted.orElseGet(InstallationId::random))
              .await();
      InstallationId.mustAgree(wanted, installation);
      return installation;
    } finally {
      database.close().await();
    }
  }
}
