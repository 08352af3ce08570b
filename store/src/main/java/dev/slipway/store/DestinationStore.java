package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where backups lie. Settings are JSON without the secrets; those pass through the vault on their
 * way in and out, and only {@link #open} opens them for use.
 */
public final class DestinationStore {
  /** The destination that every installation has: a folder of its own data directory. */
  public static final String LOCAL = "local";

  private static final String TAKEN = "23505";
  private static final String STILL_REFERRED_TO = "23503";
  private static final String SELECT =
      "select d.*, d.settings::text as settings_text, d.check_failure::text as failure_text"
          + " from destinations d ";

  private final Queries database;
  private final Vault vault;

  public DestinationStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * A destination, without its secrets.
   *
   * @param type {@code local}, {@code s3} or {@code sftp}
   * @param settings by name, {@code type} among them
   * @param secrets the names of those that are set
   * @param checkedAt when somebody last tried it; null: never yet
   * @param checkFailure why that failed; null: it did not
   */
  public record Destination(
      String id,
      String name,
      String type,
      Map<String, Object> settings,
      Set<String> secrets,
      @Nullable Instant checkedAt,
      @Nullable CheckFailure checkFailure,
      long etag,
      Instant createdAt,
      Instant updatedAt) {}

  /** Why a destination does not work. */
  public record CheckFailure(String code, String detail, String remedy) {}

  /**
   * A destination with all that is needed to use it.
   *
   * @param settings as JSON
   * @param etag another one means that it was changed
   */
  public record Opened(String id, String settings, Map<String, String> secrets, long etag) {
    /** Without the secrets. */
    @Override
    public String toString() {
      return "Opened[" + id + ", " + etag + "]";
    }
  }

  /** All of them, by name. */
  public Future<List<Destination>> all() {
    return database.list(SELECT + "order by d.name limit 1000", this::read);
  }

  /** Fails with 404 when there is none. */
  public Future<Destination> get(String id) {
    return database.one(SELECT + "where d.id = $1", id).map(row -> read(required(row, id)));
  }

  /** Opens it for use. Fails with 404 when there is none. */
  public Future<Opened> open(String id) {
    return database
        .one(SELECT + "where d.id = $1", id)
        .map(row -> {
          Row found = required(row, id);
          return new Opened(
              id, found.getString("settings_text"), secrets(found), found.getLong("etag"));
        });
  }

  /**
   * Adds a destination.
   *
   * @throws Problem {@code destination_exists} when the name is taken
   */
  public Future<String> add(
      String name, String type, Map<String, Object> settings, Map<String, String> secrets) {
    String id = FreshId.of("dst");
    return database
        .query(
            """
            insert into destinations(id, name, type, settings, secrets_sealed)
              values ($1, $2, $3, cast($4::text as jsonb), $5)
            """,
            id,
            name,
            type,
            Json.text(settings),
            sealed(secrets))
        .map(id)
        .recover(failure -> Future.failedFuture(taken(failure, name)));
  }

  /**
   * Changes a destination: settings and secrets that are not named stay as they are. What the last
   * check said is forgotten.
   *
   * @param name null: as it was
   * @param expected the version the change is based on; null: any
   */
  public Future<Destination> change(
      String id,
      @Nullable String name,
      Map<String, Object> settings,
      Map<String, String> secrets,
      @Nullable Long expected) {
    return database.transaction(tx ->
        tx.one(SELECT + "where d.id = $1 for update", id)
            .compose(row -> {
              Row known = required(row, id);
              if (expected != null && !expected.equals(known.getLong("etag"))) {
                throw Rows.changedMeanwhile("destination", known.getLong("etag"));
              }
              Map<String, Object> merged = new TreeMap<>(settings(known));
              merged.putAll(settings);
              Map<String, String> kept = new TreeMap<>(secrets(known));
              kept.putAll(secrets);
              kept.values().removeIf(String::isEmpty);
              return tx.query(
                  """
                  update destinations set name = coalesce($2, name),
                      settings = cast($3::text as jsonb), secrets_sealed = $4, checked_at = null,
                      check_failure = null, etag = etag + 1, updated_at = now()
                    where id = $1
                  """,
                  id,
                  name,
                  Json.text(merged),
                  sealed(kept));
            })
            .compose(done -> new DestinationStore(tx, vault).get(id))
            .recover(failure -> Future.failedFuture(taken(failure, name == null ? "" : name))));
  }

  /**
   * Removes a destination that nothing refers to.
   *
   * @throws Problem {@code destination_used} while schedules or backups do, {@code
   *     destination_needed} for the local one
   */
  public Future<Void> remove(String id) {
    if (id.equals(LOCAL)) {
      throw Problem.conflict(
          "destination_needed",
          "The local destination is where the default schedules of new databases lead.",
          "Leave it; point schedules elsewhere with PATCH /api/backup-schedules/{id}.");
    }
    return database
        .update("delete from destinations where id = $1", id)
        .map(rows -> {
          if (rows == 0) {
            throw Problem.notFound("destination", id);
          }
          return (Void) null;
        })
        .recover(failure ->
            Future.failedFuture(
                isState(failure, STILL_REFERRED_TO)
                    ? Problem.conflict(
                        "destination_used",
                        "Schedules lead there, or backups are recorded there.",
                        "Point the schedules elsewhere and remove those backups first; what is recorded of"
                            + " them goes 90 days later.")
                    : failure));
  }

  // ---- whether it works

  /** What a check found; null: all is well. Nothing happens when it was changed meanwhile. */
  public Future<Void> checked(Opened tried, @Nullable CheckFailure failure) {
    return database
        .query(
            """
            update destinations set checked_at = now(), check_failure = cast($3::text as jsonb)
              where id = $1 and etag = $2
            """,
            tried.id(),
            tried.etag(),
            failure == null ? null : Json.text(failure))
        .mapEmpty();
  }

  /**
   * The destinations that somebody should try: those in use that nobody did for that long, those
   * that failed and may be well again, and those where a backup failed since. What was noted while
   * the clock was ahead, and set back since, tells nothing of today.
   *
   * @param again time from a failed check to the next
   */
  public Future<List<String>> toCheck(Duration every, Duration again) {
    return database.list(
        """
        select id from destinations d
          where exists (select 1 from backup_schedules s where s.destination_id = d.id and s.enabled)
            and (checked_at is null or checked_at < now() - $1 * interval '1 millisecond'
              or checked_at > now() + interval '1 minute'
              or (check_failure is not null and checked_at < now() - $2 * interval '1 millisecond')
              or exists (select 1 from backups b where b.destination_id = d.id
                and b.status = 'failed' and b.completed_at > d.checked_at
                and b.completed_at <= now()
                and b.created_at > now() - interval '7 days'))
          order by id limit 100
        """,
        row -> row.getString(0),
        every.toMillis(),
        again.toMillis());
  }

  private Destination read(Row row) {
    return new Destination(
        row.getString("id"),
        row.getString("name"),
        row.getString("type"),
        settings(row),
        new TreeSet<>(secrets(row).keySet()),
        Rows.at(row, "checked_at"),
        Rows.jsonOrNull(row, "failure_text", CheckFailure.class),
        row.getLong("etag"),
        Rows.when(row, "created_at"),
        Rows.when(row, "updated_at"));
  }

  @SuppressWarnings("unchecked") // only objects are ever written there
  private static Map<String, Object> settings(Row row) {
    return Rows.json(row, "settings_text", Map.class);
  }

  @SuppressWarnings("unchecked") // only texts are ever written there
  private Map<String, String> secrets(Row row) {
    String sealed = row.getString("secrets_sealed");
    return sealed == null ? Map.of() : Json.read(vault.open(sealed), Map.class);
  }

  private @Nullable String sealed(Map<String, String> secrets) {
    return secrets.isEmpty() ? null : vault.seal(Json.text(secrets));
  }

  private static Row required(@Nullable Row row, String id) {
    if (row == null) {
      throw Problem.notFound("destination", id);
    }
    return row;
  }

  private static boolean isState(Throwable failure, String state) {
    return failure instanceof PgException refused && state.equals(refused.getSqlState());
  }

  private static Throwable taken(Throwable failure, String name) {
    return isState(failure, TAKEN)
        ? Problem.conflict(
            "destination_exists",
            "There is a destination '" + name + "' already.",
            "Give it another name, or change that one.")
        : failure;
  }
}
