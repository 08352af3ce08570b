package dev.slipway.store;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Long work on databases: asked for here, carried out by the saga of the same id. */
public final class DatabaseWorkStore {
  /** The kind of the sagas of one kind of work: {@code database-create}. */
  public static String kind(DatabaseWork work) {
    return "database-" + work.wire();
  }

  private static final Failure NEVER_MADE =
      new Failure(
          "reserve",
          "cancelled",
          "It was cancelled before it was made.",
          "Remove the database, and create it again when you are ready.",
          List.of());

  private final Queries database;

  public DatabaseWorkStore(Queries database) {
    this.database = database;
  }

  /**
   * What is asked for, besides the kind of work.
   *
   * @param config CHANGE: how it shall run; null for all else
   * @param version UPGRADE: to which; null for all else
   * @param restoreId the row of {@code restores}, in state {@code waiting}, that fills the server:
   *     RESTORE, and CREATE from a backup; null for all else
   * @param removeData REMOVE: its volumes too
   */
  public record Order(
      @Nullable DatabaseConfig config,
      @Nullable String version,
      @Nullable String restoreId,
      boolean removeData) {
    /** Nothing besides. */
    public static final Order PLAIN = new Order(null, null, null, false);

    /** For CHANGE. */
    public static Order config(DatabaseConfig config) {
      return new Order(config, null, null, false);
    }

    /** For UPGRADE. */
    public static Order version(String version) {
      return new Order(null, version, null, false);
    }

    /** For RESTORE, and for CREATE from a backup. */
    public static Order restore(String restoreId) {
      return new Order(null, null, restoreId, false);
    }

    /** For REMOVE. */
    public static Order remove(boolean data) {
      return new Order(null, null, null, data);
    }
  }

  /** How far work has come. */
  public enum Status {
    PENDING,
    RUNNING,
    SUCCESS,
    FAILED,
    CANCELLED;

    /** As it is written and shown. */
    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One work.
   *
   * @param step what it does just now, in a person's words; null before it does anything
   */
  public record Work(
      String id,
      DatabaseId databaseId,
      DatabaseWork kind,
      Order order,
      Status status,
      @Nullable String step,
      @Nullable Failure failure,
      String actor,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant completedAt) {
    /** Whether nothing more comes of it. */
    public boolean ended() {
      return status != Status.PENDING && status != Status.RUNNING;
    }
  }

  /**
   * Asks for work: its row and its saga in one transaction. Ring afterwards.
   *
   * @param expected the etag the caller knows; null: whatever it is
   * @return the work's id, which is its saga's
   * @throws Problem {@code database_busy} while other work is at it, {@code database_external} for
   *     somebody else's, 412 when it has changed meanwhile
   */
  public Future<String> ask(
      DatabaseId id, DatabaseWork kind, Order order, String actor, @Nullable Long expected) {
    String work = FreshId.of("dbw");
    return database.transaction(tx ->
        tx.one(
                DatabaseStore.SELECT + " where d.id = $1 and not d.deleting for update",
                DatabaseStore::read,
                id.value())
            .compose(found -> judged(found, id, expected))
            .compose(found ->
                tx.update(
                    """
                    insert into database_work(id, database_id, kind, input, actor)
                      values ($1, $2, $3, cast($4::text as jsonb), $5)
                      on conflict (database_id) where status in ('pending', 'running') do nothing
                    """,
                    work,
                    id.value(),
                    kind.wire(),
                    Json.text(order),
                    actor))
            .compose(rows -> rows == 1 ? Future.succeededFuture() : busy(tx, id))
            .compose(free ->
                SagaStore.submit(
                    tx, new NewSaga(work, kind(kind), 1, id.value(), "database:" + id, order)))
            .map(work));
  }

  private static Future<ProjectDatabase> judged(
      @Nullable ProjectDatabase found, DatabaseId id, @Nullable Long expected) {
    if (found == null) {
      return Future.failedFuture(Problem.notFound("database", id.value()));
    }
    if (found.external()) {
      return Future.failedFuture(
          Problem.conflict(
              "database_external",
              "Somebody else runs the database '" + found.name() + "'.",
              "Start, stop, change or upgrade it where it runs."));
    }
    return expected != null && expected != found.etag()
        ? Future.failedFuture(DatabaseStore.changed(found))
        : Future.succeededFuture(found);
  }

  private static Future<Void> busy(Queries tx, DatabaseId id) {
    return active(tx, id)
        .compose(work ->
            Future.failedFuture(
                Problem.conflict(
                    "database_busy",
                    "The database is at work already: "
                        + (work == null ? "something" : work.kind().wire())
                        + ".",
                    "Wait until it has ended, or cancel it, and ask again.")));
  }

  /** The work on a database that has not ended; null when there is none. */
  public Future<@Nullable Work> active(DatabaseId id) {
    return active(database, id);
  }

  private static Future<@Nullable Work> active(Queries queries, DatabaseId id) {
    return queries.one(
        SELECT + " where database_id = $1 and status in ('pending', 'running')",
        DatabaseWorkStore::read,
        id.value());
  }

  /** Whether the newest work on a database failed within this time. */
  public Future<Boolean> failedLately(DatabaseId id, Duration within) {
    return database
        .one(
            """
            select 1 from (select status, completed_at from database_work where database_id = $1
                order by created_at desc, id desc limit 1) newest
              where status = 'failed' and completed_at > now() - $2 * interval '1 millisecond'
            """,
            id.value(),
            within.toMillis())
        .map(row -> row != null);
  }

  /** Fails with 404 when there is none. */
  public Future<Work> get(String id) {
    return database
        .one(SELECT + " where id = $1", DatabaseWorkStore::read, id)
        .map(found -> {
          if (found == null) {
            throw Problem.notFound("operation", id);
          }
          return found;
        });
  }

  /** The work on each of these that has not ended, as far as there is any. */
  public Future<Map<DatabaseId, Work>> active(Collection<DatabaseId> ids) {
    String[] wanted = ids.stream().map(DatabaseId::value).toArray(String[]::new);
    return database
        .list(
            SELECT + " where database_id = any($1) and status in ('pending', 'running')",
            DatabaseWorkStore::read,
            (Object) wanted)
        .map(found -> found.stream().collect(Collectors.toMap(Work::databaseId, work -> work)));
  }

  /** The work on a database, newest first. */
  public Future<List<Work>> of(DatabaseId id, int limit) {
    return of(id, limit, "");
  }

  /** As above; {@code after} is the last id of the page before, empty for the first. */
  public Future<List<Work>> of(DatabaseId id, int limit, String after) {
    return database.list(
        SELECT
            + """
             where database_id = $1 and ($3 = '' or (created_at, id) < (
                 select created_at, id from database_work where id = $3))
               order by created_at desc, id desc limit $2
            """,
        DatabaseWorkStore::read,
        id.value(),
        limit,
        after);
  }

  /** Cancels what waits or runs, as far as that is still possible. */
  public Future<CancelOutcome> cancel(DatabaseId id) {
    return database.transaction(tx ->
        SagaStore.cancel(tx, id.value())
            .compose(outcome ->
                outcome == CancelOutcome.NEVER_RAN
                    ? neverRan(tx, id).map(outcome)
                    : Future.succeededFuture(outcome)));
  }

  /** Nobody else will: no saga of it ran that could tell how it ended. */
  private static Future<Void> neverRan(Queries tx, DatabaseId id) {
    return tx.one(
            """
            update database_work set status = 'cancelled', completed_at = now()
              where database_id = $1 and status = 'pending'
              returning kind, input ->> 'restoreId' as restore
            """,
            id.value())
        .compose(row ->
            row == null
                ? Future.succeededFuture()
                : restoreEnded(tx, row.getString("restore"), Status.CANCELLED, null)
                    .compose(done ->
                        row.getString("kind").equals(DatabaseWork.CREATE.wire())
                            ? DatabaseServerStore.failed(tx, id, NEVER_MADE)
                            : Future.succeededFuture()));
  }

  // ---- what its saga tells

  /** It has begun, or does something else now. */
  public Future<Void> step(Fence fence, String step) {
    return database
        .update(
            """
            update database_work set status = 'running', step = $2,
                started_at = coalesce(started_at, now())
              where id = $1 and status in ('pending', 'running') and %s
            """
                .formatted(Fence.CONDITION.formatted("$1", "$3")),
            fence.sagaId(),
            step,
            fence.number())
        .compose(fence::mustHaveWritten);
  }

  /** A restore was asked for that fills the server of this work; for its saga's checkpoint. */
  public Future<Void> fills(String id, String restoreId) {
    return database
        .query(
            """
            update database_work set input = input || jsonb_build_object('restoreId', $2::text)
              where id = $1
            """,
            id,
            restoreId)
        .mapEmpty();
  }

  /** It has ended, in the transaction that ends its saga, and with it what it alone would begin. */
  public static Future<Void> ended(Queries tx, String id, Status how, @Nullable Failure failure) {
    return tx.one(
            """
            update database_work set status = $2, failure = cast($3::text as jsonb), step = null,
                completed_at = now()
              where id = $1 and status in ('pending', 'running')
              returning input ->> 'restoreId' as restore
            """,
            id,
            how.wire(),
            failure == null ? null : Json.text(failure))
        .compose(row ->
            row == null
                ? Future.succeededFuture()
                : restoreEnded(tx, row.getString("restore"), how, failure));
  }

  private static Future<Void> restoreEnded(
      Queries tx, @Nullable String restore, Status how, @Nullable Failure failure) {
    if (restore == null || how == Status.SUCCESS) {
      return Future.succeededFuture();
    }
    return RestoreStore.givenUp(tx, restore, how == Status.CANCELLED ? null : failure);
  }

  private static final String SELECT =
      "select w.*, w.input::text as input_text, w.failure::text as failure_text"
          + " from database_work w";

  private static Work read(Row row) {
    return new Work(
        row.getString("id"),
        new DatabaseId(row.getString("database_id")),
        DatabaseWork.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        Rows.json(row, "input_text", Order.class),
        Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getString("step"),
        Rows.jsonOrNull(row, "failure_text", Failure.class),
        row.getString("actor"),
        Rows.when(row, "created_at"),
        Rows.at(row, "started_at"),
        Rows.at(row, "completed_at"));
  }
}
