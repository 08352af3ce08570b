package dev.slipway.backup;

import dev.slipway.backup.content.ContentService;
import dev.slipway.backup.content.DestinationChecks;
import dev.slipway.backup.content.Intakes;
import dev.slipway.backup.content.OpenDestinations;
import dev.slipway.backup.content.StoredBackupKeys;
import dev.slipway.backup.content.StoredContent;
import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.DestinationConfig;
import dev.slipway.backup.retention.Retention;
import dev.slipway.backup.schedule.ScheduleWatch;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Duty;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.AlarmStore;
import dev.slipway.store.BackupKeyStore;
import dev.slipway.store.BackupStore;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.DueSchedules;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.RetentionStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * All that a backup service does besides taking backups and putting them back: schedules,
 * retention, looking after destinations, and handing their content in and out.
 */
public final class Keeping {
  private static final Duration RETENTION = Duration.ofMinutes(10);
  private static final Duration CHECKS = Duration.ofMinutes(1);

  private final OpenDestinations destinations;
  private final StoredBackupKeys keys;
  private final ScheduleWatch schedules;
  private final Duty retention;
  private final Duty checks;
  private final ContentService content;

  /**
   * Nothing is done yet.
   *
   * @param process names this process and no other one that lives
   * @param opening opens a destination by its configuration, secrets included
   */
  public Keeping(
      Database database,
      Vault vault,
      Bus bus,
      String process,
      String installation,
      Function<DestinationConfig, Destination> opening) {
    DestinationStore store = new DestinationStore(database, vault);
    HousekeepingStore book = new HousekeepingStore(database);
    destinations = new OpenDestinations(store, opening);
    keys = new StoredBackupKeys(new BackupKeyStore(database, vault));
    schedules = new ScheduleWatch(new DueSchedules(database), bus);
    DestinationChecks checking = new DestinationChecks(store, destinations);
    checks =
        new Duty(
            "destinations",
            process,
            CHECKS,
            book,
            List.of(new Chore("destination-checks", checking::checkDue)));
    retention =
        new Duty(
            "backups",
            process,
            RETENTION,
            book,
            new Retention(
                    new RetentionStore(database),
                    new AlarmStore(database),
                    destinations,
                    installation)
                .chores());
    content =
        new ContentService(
            bus,
            process,
            checking,
            new StoredContent(new BackupStore(database), destinations),
            new Intakes(process, installation, destinations, keys));
  }

  /** Destinations by their id, for all who work here. */
  public OpenDestinations destinations() {
    return destinations;
  }

  /** The keys that backups are sealed under. */
  public StoredBackupKeys keys() {
    return keys;
  }

  public Future<Void> start() {
    return content
        .start()
        .onSuccess(answering -> {
          schedules.start();
          checks.start();
          retention.start();
        });
  }

  /** First no new work, last what the work leans on. */
  public Future<Void> stop() {
    schedules.close();
    checks.close();
    retention.close();
    return content.stop().onComplete(over -> destinations.close());
  }
}
