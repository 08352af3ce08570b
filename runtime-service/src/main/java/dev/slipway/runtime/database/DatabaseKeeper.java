package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseStatus;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.lease.Lease;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseUpkeep;
import dev.slipway.store.DatabaseUpkeep.Wanted;
import dev.slipway.store.DatabaseWorkStore.Order;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares databases with what runs. What is missing it does not make itself: it asks for work, so
 * that there is one hand at a database at a time, whoever wants something of it.
 */
public final class DatabaseKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseKeeper.class);

  /** The way back after an upgrade or a restore in place. */
  public static final Duration FORMER_KEPT = Duration.ofDays(7);

  private static final String ACTOR = "platform";
  private static final Duration ORPHAN_GRACE = Duration.ofSeconds(60);

  /** Of work that failed the next attempt tells nothing new for a while. */
  private static final Duration PAUSE = Duration.ofMinutes(10);

  private final DatabaseStores stores;
  private final DatabaseUpkeep upkeep;
  private final DockerEngine engine;
  private final String installation;
  private final Lease lease;
  private final Runnable bell;
  private final LongSupplier nanos;
  private final Map<String, Long> orphans = new HashMap<>();

  /**
   * Looks after databases for as long as the lease is held.
   *
   * @param bell work was asked for
   */
  public DatabaseKeeper(
      DatabaseStores stores,
      DockerEngine engine,
      String installation,
      Lease lease,
      Runnable bell,
      LongSupplier nanos) {
    this.stores = stores;
    this.upkeep = new DatabaseUpkeep(stores.database());
    this.engine = engine;
    this.installation = installation;
    this.lease = lease;
    this.bell = bell;
    this.nanos = nanos;
  }

  /** One look. */
  public void pass(List<ServiceInfo> all) {
    List<ServiceInfo> services =
        all.stream().filter(service -> Labels.database(service.labels()) != null).toList();
    List<Wanted> idle = upkeep.idle().await();
    if (!idle.isEmpty()) {
      compare(idle, services);
    }
    for (Server former : upkeep.outlived(lease, FORMER_KEPT).await()) {
      LOG.info("The data {} are not kept any longer", former.volume());
    }
    removeOrphans(services);
  }

  private void compare(List<Wanted> idle, List<ServiceInfo> services) {
    Map<String, ServiceInfo> byName =
        services.stream().collect(Collectors.toMap(ServiceInfo::name, service -> service));
    Set<DatabaseId> answering = answering(services);
    for (Wanted wanted : idle) {
      Optional<ServiceInfo> service = Optional.ofNullable(byName.get(wanted.server().service()));
      boolean runs = service.isPresent() && service.get().replicas() > 0;
      boolean stopped = wanted.database().stopped();
      if (runs == stopped) {
        ask(wanted, stopped ? DatabaseWork.STOP : DatabaseWork.START);
      }
      DatabaseStatus status =
          stopped
              ? DatabaseStatus.STOPPED
              : answering.contains(wanted.database().id())
                  ? DatabaseStatus.RUNNING
                  : DatabaseStatus.DEGRADED;
      if (status != wanted.database().status()) {
        upkeep.seen(lease, wanted.database().id(), status).await();
      }
    }
  }

  /** One call however many there are. */
  private Set<DatabaseId> answering(List<ServiceInfo> services) {
    return services.isEmpty()
        ? Set.of()
        : engine.tasks(Labels.ours(installation)).stream()
            .filter(TaskInfo::serving)
            .map(task -> Labels.database(task.labels()))
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
  }

  private void ask(Wanted wanted, DatabaseWork work) {
    DatabaseId id = wanted.database().id();
    if (stores.works().failedLately(id, PAUSE).await()) {
      return;
    }
    try {
      stores.works().ask(id, work, Order.PLAIN, ACTOR, null).await();
      LOG.info("Database {} is to {}: it was found otherwise", id, work.wire());
      bell.run();
    } catch (Problem busy) {
      LOG.debug("Database {} is left alone: {}", id, busy.getMessage());
    }
  }

  /** What an owner that was killed or fenced out in the middle has left. */
  private void removeOrphans(List<ServiceInfo> services) {
    Set<String> known =
        stores.servers().present().await().stream()
            .map(Server::service)
            .collect(Collectors.toSet());
    Set<String> seen = new HashSet<>();
    for (ServiceInfo service : services) {
      DatabaseId id = Labels.database(service.labels());
      if (id != null && !known.contains(service.name()) && !worked(id)) {
        seen.add(service.id());
        consider(service);
      }
    }
    orphans.keySet().retainAll(seen);
  }

  private boolean worked(DatabaseId id) {
    return stores.works().active(id).await() != null;
  }

  private void consider(ServiceInfo service) {
    long since = orphans.computeIfAbsent(service.id(), none -> nanos.getAsLong());
    if (nanos.getAsLong() - since >= ORPHAN_GRACE.toNanos()) {
      LOG.info("Service {} belongs to no database: removed", service.name());
      lease.prove(stores.database()).await();
      engine.removeService(service.id());
      orphans.remove(service.id());
    }
  }
}
