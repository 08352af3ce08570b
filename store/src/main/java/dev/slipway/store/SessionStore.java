package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.UserSession;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is signed in, by the hash of what his browser shows. */
public final class SessionStore {
  /** A session that was not used for so long is over. */
  public static final Duration IDLE = Duration.ofDays(2);

  /** A session is over after so long whatever it was used for. */
  public static final Duration LONGEST = Duration.ofDays(14);

  private static final String SELECT =
      "select s.*, u.email from sessions s join users u on u.id = s.user_id";
  private static final String CURRENT =
      " s.expires_at > now() and s.last_seen_at > now() - make_interval(secs => "
          + IDLE.toSeconds()
          + ")";

  private final Queries database;

  public SessionStore(Queries database) {
    this.database = database;
  }

  /** Opens a session; those of the same user that are over are forgotten. */
  public Future<UserSession> open(String userId, String hash, String address, String userAgent) {
    return database
        .query("delete from sessions s where s.user_id = $1 and not (" + CURRENT + ")", userId)
        .compose(done ->
            database.one(
                """
                with made as (
                  insert into sessions(id, user_id, hash, address, user_agent, expires_at)
                    values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning *)
                select s.*, u.email from made s join users u on u.id = s.user_id
                """,
                FreshId.of("ses"),
                userId,
                hash,
                address,
                userAgent,
                (double) LONGEST.toSeconds()))
        .map(row -> session(Rows.present(row)));
  }

  /** Who shows a session, with the roles that he has at this moment. */
  public record Holder(
      String sessionId,
      String userId,
      String email,
      Instant lastSeenAt,
      List<Membership> memberships) {}

  /** Whose session has that hash; empty when it is over or was ended. */
  public Future<Optional<Holder>> holder(String hash) {
    return database
        .one(
            "select s.id as session_id, s.last_seen_at, u.id, u.email, "
                + PeopleRows.MEMBERSHIPS
                + " from sessions s join users u on u.id = s.user_id where s.hash = $1 and"
                + CURRENT,
            SessionStore::holder,
            hash)
        .map(Optional::ofNullable);
  }

  private static Holder holder(Row row) {
    return new Holder(
        row.getString("session_id"),
        row.getString("id"),
        row.getString("email"),
        Rows.when(row, "last_seen_at"),
        PeopleRows.memberships(row));
  }

  /** It was used. */
  public Future<Void> seen(String id) {
    return database
        .query(
            """
            update sessions set last_seen_at = now()
              where id = $1 and last_seen_at < now() - interval '1 minute'
            """,
            id)
        .mapEmpty();
  }

  /** One user's sessions, or everybody's when none is named. */
  public Future<List<UserSession>> list(@Nullable String userId, int limit, String after) {
    return database.list(
        SELECT
            + " where s.id > $1 and ($2::text is null or s.user_id = $2) and"
            + CURRENT
            + " order by s.id limit $3",
        SessionStore::session,
        after,
        userId,
        limit);
  }

  public Future<UserSession> get(String id) {
    return database
        .one(SELECT + " where s.id = $1", SessionStore::session, id)
        .map(found -> {
          if (found == null) {
            throw Problem.notFound("session", id);
          }
          return found;
        });
  }

  /**
   * Ends a session.
   *
   * @param userId only if it is his; null: whoever's it is
   */
  public Future<Void> end(String id, @Nullable String userId) {
    return database
        .one(
            "delete from sessions where id = $1 and ($2::text is null or user_id = $2) returning id",
            id,
            userId)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("session", id);
          }
          return null;
        });
  }

  /** Ends all of a user's sessions but one. */
  public Future<Void> endAll(String userId, @Nullable String kept) {
    return database
        .query("delete from sessions where user_id = $1 and id is distinct from $2", userId, kept)
        .mapEmpty();
  }

  private static UserSession session(Row row) {
    return new UserSession(
        row.getString("id"),
        row.getString("user_id"),
        row.getString("email"),
        row.getString("address"),
        row.getString("user_agent"),
        Rows.when(row, "created_at"),
        Rows.when(row, "last_seen_at"),
        Rows.when(row, "expires_at"));
  }
}
