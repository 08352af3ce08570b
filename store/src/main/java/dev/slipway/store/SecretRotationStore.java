package dev.slipway.store;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rotations of the keys that secrets are stored under: asked for here, carried out by a saga. */
public final class SecretRotationStore {
  /** Kind of the saga. */
  public static final String KIND = "rotate-secrets";

  private final Queries database;

  public SecretRotationStore(Queries database) {
    this.database = database;
  }

  /**
   * A rotation as it stands.
   *
   * @param state {@code waiting}, {@code running}, {@code done} or {@code failed}
   * @param dataKey id of the data key that everything is sealed with afterwards
   * @param sealed rows sealed anew so far
   */
  public record Rotation(
      String id,
      String actor,
      String state,
      @Nullable String dataKey,
      long sealed,
      @Nullable Trouble failure,
      Instant createdAt,
      @Nullable Instant endedAt) {}

  /** Why a rotation failed; what it had done stays done, and another one goes on. */
  public record Trouble(String code, String detail, String remedy) {}

  /** Asks for a rotation; one that waits or runs already is a conflict. */
  public Future<String> request(String actor) {
    String id = FreshId.of("rot");
    return database.transaction(tx ->
        tx.query("select pg_advisory_xact_lock(hashtext('secret_rotations'))")
            .compose(held ->
                tx.one("select id from secret_rotations where state in ('waiting', 'running')"))
            .compose(open -> {
              if (open != null) {
                return Future.failedFuture(
                    Problem.conflict(
                        "rotation_under_way",
                        "The rotation " + open.getString("id") + " has not ended yet.",
                        "Wait until GET /api/secrets/rotations/"
                            + open.getString("id")
                            + " says done."));
              }
              return tx.query("insert into secret_rotations(id, actor) values ($1, $2)", id, actor);
            })
            .compose(done -> SagaStore.submit(tx, new NewSaga(id, KIND, 1, id, KIND, Map.of())))
            .map(id));
  }

  /** By its id. */
  public Future<Rotation> get(String id) {
    return database
        .one("select *, failure::text as failure_text from secret_rotations where id = $1", id)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("rotation", id);
          }
          return rotation(row);
        });
  }

  /** The newest first. */
  public Future<List<Rotation>> list(int limit) {
    return database.list(
        """
        select *, failure::text as failure_text from secret_rotations
          order by created_at desc, id desc limit $1
        """,
        SecretRotationStore::rotation,
        limit);
  }

  /** It is carried out now, towards this data key. */
  public Future<Void> running(String id, String dataKey) {
    return database
        .query(
            "update secret_rotations set state = 'running', data_key = $2 where id = $1",
            id,
            dataKey)
        .mapEmpty();
  }

  /** So many more rows are sealed anew. */
  public Future<Void> sealed(String id, int rows) {
    return database
        .query("update secret_rotations set sealed = sealed + $2 where id = $1", id, (long) rows)
        .mapEmpty();
  }

  /** It has ended well. */
  public static Future<Void> done(Queries tx, String id) {
    return tx.query(
            "update secret_rotations set state = 'done', ended_at = now() where id = $1", id)
        .mapEmpty();
  }

  /** It has ended badly. */
  public static Future<Void> failed(Queries tx, String id, Trouble trouble) {
    return tx.query(
            """
            update secret_rotations set state = 'failed', ended_at = now(),
              failure = $2::text::jsonb where id = $1
            """,
            id,
            Json.text(trouble))
        .mapEmpty();
  }

  private static Rotation rotation(Row row) {
    return new Rotation(
        row.getString("id"),
        row.getString("actor"),
        row.getString("state"),
        row.getString("data_key"),
        row.getLong("sealed"),
        Rows.jsonOrNull(row, "failure_text", Trouble.class),
        Rows.when(row, "created_at"),
        Rows.at(row, "ended_at"));
  }
}
