package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Route;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.contracts.route.Target;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Routes, which the runtime writes and every ingress reads, and what the ingresses report. */
public final class RouteStore {
  /** Told when a route changed; the table's version says more. */
  public static final String CHANGED = "routes_changed";

  /** Told when an ingress applied a version or finished draining. */
  public static final String APPLIED = "ingress_applied";

  /** An ingress that has not reported for so long is down and waited for no more. */
  public static final int ALIVE_SECONDS = 5;

  private final Database database;

  public RouteStore(Database database) {
    this.database = database;
  }

  /** Replaces all routes of an application. To run in the transaction that makes them true. */
  public static Future<Void> put(
      Queries tx,
      ApplicationId application,
      ReleaseId release,
      RouteState state,
      List<String> hosts,
      List<Target> targets) {
    String[] names = hosts.toArray(String[]::new);
    return tx.query(
            "delete from routes where application_id = $1 and not host = any($2)",
            application.value(),
            names)
        .compose(done ->
            tx.query(
                """
                insert into routes(host, application_id, release_id, state, targets)
                  select host, $2, $3, $4, cast($5::text as jsonb) from unnest($1::text[]) host
                  on conflict (host) do update set application_id = $2, release_id = $3,
                    state = $4, targets = cast($5::text as jsonb)
                """,
                names,
                application.value(),
                release.value(),
                state.wire(),
                Json.text(targets)))
        .mapEmpty();
  }

  /** Changes what the ingress does with an application's requests, targets untouched. */
  public Future<Void> setState(ApplicationId application, RouteState state) {
    return setState(database, application, state);
  }

  public static Future<Void> setState(Queries tx, ApplicationId application, RouteState state) {
    return tx.query(
            "update routes set state = $2 where application_id = $1 and state <> $2",
            application.value(),
            state.wire())
        .mapEmpty();
  }

  /**
   * Changes where a release's tasks answer, if it is still the one routed to: false when it is not.
   */
  public Future<Boolean> retarget(
      ApplicationId application, ReleaseId release, RouteState state, List<Target> targets) {
    return database
        .query(
            """
            update routes set targets = cast($3::text as jsonb), state = $4
              where application_id = $1 and release_id = $2
                and (targets <> cast($3::text as jsonb) or state <> $4)
            """,
            application.value(),
            release.value(),
            Json.text(targets),
            state.wire())
        .map(done -> done.rowCount() > 0);
  }

  public Future<List<Route>> of(ApplicationId application) {
    return database.list(
        "select *, targets::text as targets_text from routes where application_id = $1",
        RouteStore::route,
        application.value());
  }

  /** The version of the table now. */
  public Future<Long> version() {
    return database.one("select version from routes_head").map(row -> Rows.present(row).getLong(0));
  }

  /** The whole table at one version, in one statement so that both belong together. */
  public Future<RouteTable> table() {
    return database
        .list(
            """
            select h.version, (select id from installation) as installation, r.*,
                r.targets::text as targets_text
              from routes_head h left join routes r on true order by r.host
            """,
            row -> row)
        .map(rows ->
            new RouteTable(
                String.valueOf(rows.getFirst().getString("installation")),
                rows.getFirst().getLong("version"),
                rows.stream()
                    .filter(row -> row.getString("host") != null)
                    .map(RouteStore::route)
                    .toList()));
  }

  /** What an ingress says of itself. */
  public Future<Void> report(String ingress, long version, Map<String, Integer> inFlight) {
    return database
        .query(
            """
            insert into ingresses(id, routes_version, in_flight)
              values ($1, $2, cast($3::text as jsonb))
              on conflict (id) do update set routes_version = $2,
                in_flight = cast($3::text as jsonb), heartbeat_at = now()
            """,
            ingress,
            version,
            Json.text(inFlight))
        .mapEmpty();
  }

  /** Which version on which host an ingress is; to be told once its first report is written. */
  public Future<Void> introduce(String ingress, String version, String host) {
    return database
        .query(
            "update ingresses set version = $2, host = $3, started_at = now() where id = $1",
            ingress,
            version,
            host)
        .mapEmpty();
  }

  /** Tells the waiting runtime that a report is worth reading. */
  public Future<Void> tellApplied() {
    return database.query("select pg_notify('" + APPLIED + "', '')").mapEmpty();
  }

  /** The ingress leaves in good order. */
  public Future<Void> leave(String ingress) {
    return database.query("delete from ingresses where id = $1", ingress).mapEmpty();
  }

  /** How many live ingresses have not yet applied a version. */
  public Future<Integer> behind(long version) {
    return database
        .one(
            """
            select count(*)::int from ingresses where routes_version < $1
              and heartbeat_at > now() - make_interval(secs => $2)
            """,
            version,
            (double) ALIVE_SECONDS)
        .map(row -> Rows.present(row).getInteger(0));
  }

  /** Requests and sockets that live ingresses still have open to a release. */
  public Future<Integer> inFlight(ReleaseId release) {
    return database
        .one(
            """
            select coalesce(sum((in_flight->>$1)::int), 0)::int from ingresses
              where heartbeat_at > now() - make_interval(secs => $2)
            """,
            release.value(),
            (double) ALIVE_SECONDS)
        .map(row -> Rows.present(row).getInteger(0));
  }

  private static Route route(Row row) {
    return new Route(
        row.getString("host"),
        new ApplicationId(row.getString("application_id")),
        new ReleaseId(row.getString("release_id")),
        RouteState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        List.of(Json.read(row.getString("targets_text"), Target[].class)));
  }
}
