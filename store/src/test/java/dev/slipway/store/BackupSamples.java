package dev.slipway.store;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.pg.Queries;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Databases and their backups as tests need them. */
public final class BackupSamples {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private BackupSamples() {}

  /** A row of a database in a project; null: the default one. No server runs. */
  public static DatabaseId database(Queries queries, @Nullable String project) {
    DatabaseId id = DatabaseId.fresh();
    String home =
        project == null ? new ProjectStore(queries).standard().await().id().value() : project;
    queries
        .query(
            """
            insert into databases(id, name, project_id, engine, version, config, username, database,
                password_sealed, status)
              values ($1, $2, $3, 'postgresql', '17', '{"resources": {}, "settings": {}}', 'app', 'app',
                'sealed', 'running')
            """,
            id.value(),
            "data-" + COUNT.incrementAndGet(),
            home)
        .await();
    return id;
  }

  /** A schedule that keeps so many days and backups. */
  public static ScheduleStore.Draft draft(
      DatabaseId id, String name, String cron, @Nullable Integer days, @Nullable Integer count) {
    return new ScheduleStore.Draft(
        name,
        BackupSubject.database(id.value()),
        DestinationStore.LOCAL,
        cron,
        "UTC",
        null,
        days,
        count,
        false,
        false,
        true);
  }

  /** A backup that was asked for. */
  public static BackupId asked(Queries queries, DatabaseId id, BackupTrigger trigger) {
    return new BackupStore(queries)
        .request(
            new BackupWish(
                BackupSubject.database(id.value()),
                new BackupSubjects.Known(
                    "data",
                    queries
                        .one(
                            "select project_id from databases where id = $1",
                            row -> row.getString(0),
                            id.value())
                        .await(),
                    "postgresql",
                    "17",
                    null,
                    false),
                BackupCause.of(trigger, "tester"),
                DestinationStore.LOCAL,
                false))
        .await();
  }

  /** What a backup of so many stored bytes would tell of itself. */
  public static Manifest manifest(long bytes, String sha256) {
    return new Manifest(
        "pg_dump-custom",
        "pg_dump 17",
        "17.1",
        Instant.EPOCH,
        new TreeMap<>(Map.of("public.a", 3L)),
        new TreeMap<>(),
        100,
        "aa",
        bytes,
        sha256,
        "zstd",
        null,
        7);
  }

  /** It lies at its destination under a key of that installation, and was proven. */
  public static BackupId verified(Queries queries, BackupId id, String installation) {
    ended(queries, id);
    BackupStore.stored(queries, id, manifest(50, "bb")).await();
    BackupStore.verified(queries, id, manifest(50, "bb")).await();
    queries
        .query(
            "update backups set object_key = $2 where id = $1",
            id.value(),
            "slipway/" + installation + "/" + id.value())
        .await();
    return id;
  }

  /** It failed. */
  public static BackupId failed(Queries queries, BackupId id) {
    ended(queries, id);
    BackupStore.failed(
            queries, id, new Failure("dump", "dump_failed", "It broke.", "Mend it.", List.of()))
        .await();
    return id;
  }

  private static void ended(Queries queries, BackupId id) {
    queries
        .query("update sagas set state = 'done', ended_at = now() where subject = $1", id.value())
        .await();
  }
}
