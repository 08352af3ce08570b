package dev.slipway.e2e.bench;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * The yardstick of the application list: nothing but a Vert.x server, a pool, and the same query.
 * No sign-in, no validation, no contract.
 */
public final class BareList extends VerticleBase {
  private static final String QUERY =
      """
      select a.*, a.config::text as config_text, p.name as project_name
        from applications a join projects p on p.id = a.project_id
       where not a.deleting and a.id > $1 order by a.id limit 51
      """;

  private final Pool pool;
  private final int port;

  private BareList(Pool pool, int port) {
    this.pool = pool;
    this.port = port;
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
    int port = Integer.parseInt(arguments[0]);
    int loops = Runtime.getRuntime().availableProcessors();
    vertx
        .deployVerticle(() -> new BareList(pool, port), new DeploymentOptions().setInstances(loops))
        .await();
  }

  @Override
  public Future<?> start() {
    return vertx.createHttpServer().requestHandler(this::answer).listen(port, "127.0.0.1");
  }

  private void answer(HttpServerRequest request) {
    pool.preparedQuery(QUERY)
        .execute(Tuple.of(""))
        .onSuccess(rows ->
            request.response().putHeader("content-type", "application/json").end(json(rows)))
        .onFailure(failure -> request.response().setStatusCode(500).end(failure.toString()));
  }

  /** The stored configuration goes out as it is: nothing is parsed, nothing is checked. */
  private static String json(RowSet<Row> rows) {
    StringBuilder json = new StringBuilder("{\"items\":[");
    for (Row row : rows) {
      json.append(json.charAt(json.length() - 1) == '[' ? "{" : ",{");
      field(json, "id", row.getString("id"));
      field(json, "name", row.getString("name"));
      field(json, "projectId", row.getString("project_id"));
      field(json, "projectName", row.getString("project_name"));
      field(json, "status", row.getString("status"));
      field(json, "createdAt", row.getOffsetDateTime("created_at").toString());
      field(json, "updatedAt", row.getOffsetDateTime("updated_at").toString());
      json.append("\"config\":").append(row.getString("config_text")).append('}');
    }
    return json.append("]}").toString();
  }

  private static void field(StringBuilder json, String name, String plain) {
    json.append('"').append(name).append("\":\"").append(plain).append("\",");
  }
}
