package dev.slipway.e2e.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

/**
 * The yardstick of the application list: nothing but a Vert.x server, a pool, and the same query.
 * No sign-in, no validation, no contract.
 */
public final class BareList {
  private static final String QUERY =
      """
      select a.*, a.config::text as config_text, p.name as project_name
        from applications a join projects p on p.id = a.project_id
       where not a.deleting and a.id > $1 order by a.id limit 51
      """;

  private final Pool pool;

  private BareList(Pool pool) {
    this.pool = pool;
  }

  /** Arguments: the port to listen on, the database's URL. */
  public static void main(String[] arguments) {
    Vertx vertx = Vertx.vertx();
    PgConnectOptions options =
        PgConnectOptions.fromUri(arguments[1]).setCachePreparedStatements(true);
    Pool pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(8))
            .connectingTo(options)
            .using(vertx)
            .build();
    vertx
        .createHttpServer()
        .requestHandler(new BareList(pool)::answer)
        .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
        .await();
  }

  private void answer(HttpServerRequest request) {
    pool.preparedQuery(QUERY)
        .execute(io.vertx.sqlclient.Tuple.of(""))
        .onSuccess(rows ->
            request
                .response()
                .putHeader("content-type", "application/json")
                .end(json(rows).toBuffer()))
        .onFailure(failure -> request.response().setStatusCode(500).end(failure.toString()));
  }

  private static JsonObject json(RowSet<Row> rows) {
    JsonArray items = new JsonArray();
    for (Row row : rows) {
      items.add(
          new JsonObject(row.getString("config_text"))
              .put("id", row.getString("id"))
              .put("name", row.getString("name"))
              .put("projectId", row.getString("project_id"))
              .put("projectName", row.getString("project_name"))
              .put("status", row.getString("status"))
              .put("currentReleaseId", row.getString("current_release_id"))
              .put("createdAt", row.getOffsetDateTime("created_at").toString())
              .put("updatedAt", row.getOffsetDateTime("updated_at").toString()));
    }
    return new JsonObject().put("items", items);
  }
}
