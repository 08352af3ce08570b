package dev.slipway.store;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.store.BackupSubjects.Known;
import io.vertx.core.Future;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What people ask for, held against what is there: a backup of something that exists and can be
 * read, at a destination that exists; a restore of a backup that still lies there.
 */
public final class BackupRequests {
  private final Queries database;

  public BackupRequests(Queries database) {
    this.database = database;
  }

  /**
   * Asks for a backup at once.
   *
   * @throws Problem 404 for a subject that is not there; {@code database_stopped}; {@code
   *     volume_not_placed}; {@code invalid_request} naming {@code destinationId}
   */
  public Future<BackupId> manual(
      BackupSubject subject, String destination, boolean encrypted, String actor) {
    return manual(subject, destination, encrypted, false, actor);
  }

  /**
   * The same.
   *
   * @param pause what mounts the volume stands still while it is read
   */
  public Future<BackupId> manual(
      BackupSubject subject, String destination, boolean encrypted, boolean pause, String actor) {
    return requireDestination(destination)
        .compose(there -> BackupSubjects.find(database, subject))
        .map(found -> found.orElseThrow(() -> missing(subject)))
        .compose(
            known -> requireService(database, requireReadable(subject, known)).map(served -> known))
        .compose(known ->
            new BackupStore(database)
                .request(
                    new BackupWish(
                        subject,
                        known,
                        BackupCause.of(BackupTrigger.MANUAL, actor),
                        destination,
                        encrypted,
                        pause)));
  }

  private static Problem missing(BackupSubject subject) {
    return Problem.notFound(
        subject.kind() == BackupSubject.Kind.DATABASE ? "database" : "volume",
        String.valueOf(subject.volume() == null ? subject.id() : subject.volume()));
  }

  /** The same, when it can be read. */
  static Known requireReadable(BackupSubject subject, Known known) {
    if (known.stopped()) {
      throw Problem.conflict(
          "database_stopped",
          "The database '" + known.name() + "' is stopped: nothing can be read from it.",
          "Start it first.");
    }
    requirePlaced(subject, known);
    return known;
  }

  /** A volume comes to be with the first deployment that has it. */
  static void requirePlaced(BackupSubject subject, Known known) {
    if (!known.readable(subject)) {
      throw Problem.conflict(
          "volume_not_placed",
          "The volume '" + known.name() + "' is on no node yet: no deployment has made it.",
          "Deploy the application first.");
    }
  }

  /** What only one node can do must not wait for a service that nobody runs there. */
  static Future<Void> requireService(Queries queries, Known known) {
    String node = known.nodeId();
    return node == null
        ? Future.succeededFuture()
        : queries
            .one(
                // one that died lately is started again: its row stays for a day
                "select 1 from processes where node_id = $1 and role in ('backup', 'standalone')",
                node)
            .map(row -> {
              if (row == null) {
                throw Problem.conflict(
                    "volume_node_without_backup_service",
                    "The volume '"
                        + known.name()
                        + "' lies on the node "
                        + node
                        + ", where no backup service runs.",
                    "Start one beside that node's engine; GET /api/installation shows who runs"
                        + " where.");
              }
              return null;
            });
  }

  private Future<Void> requireDestination(String id) {
    return database
        .one("select 1 from destinations where id = $1", id)
        .map(row -> {
          if (row == null) {
            throw Problem.invalid(
                "destinationId", "there is no such destination; GET /api/destinations lists them");
          }
          return null;
        });
  }

  /** Whether a subject belongs to the project of an application. */
  public Future<Boolean> sameProject(BackupSubject subject, String application) {
    return BackupSubjects.find(database, subject)
        .compose(known ->
            database.one(
                "select 1 from applications where id = $1 and project_id is not distinct from $2",
                application,
                known.map(Known::projectId).orElse(null)))
        .map(Objects::nonNull);
  }

  /**
   * A dump that somebody wants to send.
   *
   * @param databaseId whose it is; it tells engine and version where these are null
   * @param projectId whose it is without a database; null: the default project's
   */
  public record Import(
      @Nullable String databaseId,
      @Nullable String projectId,
      @Nullable String name,
      @Nullable String engine,
      @Nullable String version,
      String destination,
      boolean encrypted,
      String actor) {}

  /**
   * What a dump is recorded as.
   *
   * @throws Problem {@code invalid_request} naming {@code engine} or {@code version} when nobody
   *     tells them, or {@code destinationId}
   */
  public Future<BackupWish> importing(Import wanted) {
    String owner = wanted.databaseId();
    return requireDestination(wanted.destination())
        .compose(there -> owner == null ? project(wanted) : database(owner))
        .map(known -> {
          String engine = wanted.engine() == null ? known.engine() : wanted.engine();
          String version = wanted.version() == null ? known.version() : wanted.version();
          return new BackupWish(
              new BackupSubject(BackupSubject.Kind.DATABASE, owner, null),
              new Known(
                  wanted.name() == null ? known.name() : wanted.name(),
                  known.projectId(),
                  required("engine", engine),
                  required("version", version),
                  null,
                  known.stopped()),
              BackupCause.of(BackupTrigger.IMPORT, wanted.actor()),
              wanted.destination(),
              wanted.encrypted());
        });
  }

  private Future<Known> database(String id) {
    BackupSubject subject = BackupSubject.database(id);
    return BackupSubjects.find(database, subject)
        .map(found -> found.orElseThrow(() -> missing(subject)));
  }

  private Future<Known> project(Import wanted) {
    String project = wanted.projectId();
    return project == null
        ? new ProjectStore(database)
            .standard()
            .map(home -> new Known("imported", home.id().value(), null, null, null, false))
        : database
            .one("select id from projects where id = $1", project)
            .map(row -> {
              if (row == null) {
                throw Problem.notFound("project", project);
              }
              return new Known("imported", project, null, null, null, false);
            });
  }

  private static String required(String field, @Nullable String value) {
    if (value == null) {
      throw Problem.invalid(
          field, "is missing: say what the dump is of, or name a database like it with databaseId");
    }
    return value;
  }

  /** A dump that lies at its destination becomes a backup, and its proof is asked for. */
  public Future<BackupId> imported(BackupId id, BackupWish wish, String key, Manifest manifest) {
    return database.transaction(tx -> BackupOrders.imported(tx, id, wish, key, manifest));
  }

  /**
   * Asks for a restore, whose server comes later. The backup's row is held until the end of the
   * transaction, so that retention comes before it or finds it being read.
   *
   * @throws Problem {@code backup_not_stored}, {@code backup_failed}, {@code engine_differs}
   */
  public Future<String> restore(RestoreStore.Wish wish) {
    return database.transaction(tx ->
        tx.one(
                """
                select b.status, b.removed_at is null and b.manifest is not null as there,
                    not exists (select 1 from databases
                      where id = $2 and engine is distinct from b.engine) as same
                  from backups b where b.id = $1 for share of b
                """,
                wish.backupId().value(),
                wish.target().id())
            .compose(row -> {
              if (row == null) {
                throw Problem.notFound("backup", wish.backupId().value());
              }
              requireRestorable(
                  row.getBoolean("there"), row.getString("status"), row.getBoolean("same"));
              return RestoreStore.request(tx, wish);
            }));
  }

  /**
   * Asks for what is in a volume to be replaced; see {@link VolumeRestores#ask} for what it
   * refuses.
   */
  public Future<String> restoreVolume(BackupId backup, BackupSubject target, String actor) {
    return new VolumeRestores(database).ask(backup, target, actor);
  }

  static void requireRestorable(boolean there, String status, boolean same) {
    if (!there) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Choose another one; GET /api/backups?status=verified lists those that restore.");
    }
    if (!status.equals("verified") && !status.equals("stored")) {
      throw Problem.conflict(
          "backup_failed",
          "This backup was not found to restore.",
          "Choose another one; or prove it again with POST /api/backups/{id}/verify.");
    }
    if (!same) {
      throw Problem.conflict(
          "engine_differs",
          "The backup is of another engine than the database.",
          "Restore it into a new database.");
    }
  }
}
