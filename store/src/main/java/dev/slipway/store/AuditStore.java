package dev.slipway.store;

import dev.slipway.contracts.audit.AuditEntry;
import dev.slipway.contracts.audit.ChainedEntry;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who did what to which thing. Values of secrets never come here. */
public final class AuditStore {
  private final Queries database;

  public AuditStore(Queries database) {
    this.database = database;
  }

  /**
   * What is noted of a change.
   *
   * @param before JSON with secrets masked; null when nothing was there
   * @param after JSON with secrets masked; null when nothing is left
   */
  public record Note(
      @Nullable String actorId,
      String actor,
      @Nullable String actorKind,
      @Nullable String address,
      @Nullable String userAgent,
      @Nullable String requestId,
      String action,
      String subject,
      Map<String, String> details,
      @Nullable String before,
      @Nullable String after) {}

  /**
   * Which rows are wanted; null: any.
   *
   * @param below newest first, from below this id
   */
  public record Filter(
      @Nullable String actor,
      @Nullable String action,
      @Nullable String subject,
      @Nullable Instant since,
      long below,
      int limit) {}

  /**
   * A row as it stands.
   *
   * @param chained null as long as it is not chained, which takes less than a second
   */
  public record Noted(AuditEntry entry, @Nullable ChainedEntry chained) {}

  /** Notes what was done by somebody of whom only the name is known. */
  public Future<Void> record(
      String actor, String action, String subject, Map<String, String> details) {
    return record(
        new Note(null, actor, null, null, null, null, action, subject, details, null, null));
  }

  /** Notes a change; in its transaction, so that one is never there without the other. */
  public Future<Void> record(Note note) {
    return database
        .query(
            """
            insert into audit(actor_id, actor, actor_kind, address, user_agent, request_id,
                action, subject, details, before, after)
              values ($1, $2, $3, $4, $5, $6, $7, $8, cast($9::text as jsonb),
                cast($10::text as json), cast($11::text as json))
            """,
            note.actorId(),
            note.actor(),
            note.actorKind(),
            note.address(),
            note.userAgent(),
            note.requestId(),
            note.action(),
            note.subject(),
            Json.text(note.details()),
            note.before(),
            note.after())
        .mapEmpty();
  }

  /** Rows by their ids, newest first. */
  public Future<List<Noted>> list(Filter filter) {
    return database.list(
        SELECT
            + """
              where id < $1
                and ($2::text is null or actor = $2)
                and ($3::text is null or action = $3)
                and ($4::text is null or subject = $4)
                and ($5::timestamptz is null or at >= $5)
              order by id desc limit $6
            """,
        AuditStore::noted,
        filter.below(),
        filter.actor(),
        filter.action(),
        filter.subject(),
        filter.since(),
        filter.limit());
  }

  static final String SELECT =
      """
      select id, at, actor_id, actor, actor_kind, action, subject, address, user_agent, request_id,
          details::text as details, before::text as before, after::text as after, before_chain,
          seq, previous_hash, hash
        from audit
      """;

  static AuditEntry entry(Row row) {
    return new AuditEntry(
        row.getLong("id"),
        Rows.when(row, "at"),
        row.getString("actor_id"),
        row.getString("actor"),
        row.getString("actor_kind"),
        row.getString("action"),
        row.getString("subject"),
        row.getString("address"),
        row.getString("user_agent"),
        row.getString("request_id"),
        row.getString("details"),
        row.getString("before"),
        row.getString("after"),
        row.getBoolean("before_chain"));
  }

  static ChainedEntry chained(Row row) {
    return new ChainedEntry(
        row.getLong("seq"), row.getString("previous_hash"), row.getString("hash"), entry(row));
  }

  private static Noted noted(Row row) {
    return row.getLong("seq") == null
        ? new Noted(entry(row), null)
        : new Noted(entry(row), chained(row));
  }
}
