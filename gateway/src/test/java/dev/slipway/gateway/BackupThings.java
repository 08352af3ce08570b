package dev.slipway.gateway;

import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.store.BackupSamples;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.ScheduleStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database of a project with a schedule, a backup that waits and a restore that waits. */
final class BackupThings {
  private final String project;
  private final DatabaseId database;
  private final String schedule;
  private final String backup;
  private final String restore;

  BackupThings(TestGateway gateway, String project) {
    this.project = project;
    database = BackupSamples.database(gateway.database(), project);
    schedule =
        new ScheduleStore(gateway.database())
            .add(BackupSamples.draft(database, "daily", "0 2 * * *", 7, null))
            .await()
            .id();
    var asked = BackupSamples.asked(gateway.database(), database, BackupTrigger.MANUAL);
    backup = asked.value();
    restore =
        gateway
            .database()
            .transaction(tx ->
                RestoreStore.request(
                    tx,
                    new RestoreStore.Wish(
                        asked,
                        BackupSubject.database(database.value()),
                        List.of(),
                        false,
                        "tester")))
            .await();
  }

  String database() {
    return database.value();
  }

  String schedule() {
    return schedule;
  }

  String backup() {
    return backup;
  }

  String restore() {
    return restore;
  }

  /** An example of the contract with ids that are there in the place of those that are not. */
  @Nullable String real(@Nullable String example) {
    return example == null
        ? null
        : example
            .replaceAll("db_01k8z3q9pc4m7d2w6x5a", database.value())
            .replaceAll("bak_01k8z3q9pc4m7d2w6x5a", backup)
            .replaceAll("prj_01k8z3q9pc4m7d2w6x5a", project);
  }
}
