package dev.slipway.ingress.manage;

import dev.slipway.ingress.feed.RouteFeed;
import dev.slipway.ingress.proxy.Proxy;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.ingress.routes.Site;
import dev.slipway.platform.bus.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code GET /__slipway/health} on 127.0.0.1: the routes in force, what is in flight, and counts.
 */
public final class ManagementServer {
  /** The one path that is answered. */
  public static final String HEALTH = "/__slipway/health";

  private final Routes routes;
  private final RouteFeed feed;
  private final Proxy proxy;
  private final HttpServer server;
  private final Instant started = Instant.now();

  public ManagementServer(Vertx vertx, Routes routes, RouteFeed feed, Proxy proxy) {
    this.routes = routes;
    this.feed = feed;
    this.proxy = proxy;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setIdleTimeout(60))
            .requestHandler(this::answer);
  }

  /** Listens; the future tells the port it got and fails when it is taken. */
  public Future<Integer> open(int port) {
    return server.listen(port, "127.0.0.1").map(HttpServer::actualPort);
  }

  public Future<Void> close() {
    return server.close();
  }

  private void answer(HttpServerRequest request) {
    // A web page in a browser on this machine could reach us by a name of its own.
    boolean asked = request.method() == HttpMethod.GET && HEALTH.equals(request.path());
    if (!asked || request.getHeader("Origin") != null) {
      request
          .response()
          .setStatusCode(404)
          .putHeader("Content-Type", "application/problem+json")
          .end(
              "{\"title\":\"Not Found\",\"status\":404,\"code\":\"not_found\",\"remedy\":\"Ask for "
                  + HEALTH
                  + ".\"}\n");
      return;
    }
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(Json.buffer(report()));
  }

  private Map<String, Object> report() {
    var table = routes.current();
    Map<String, Object> report = new LinkedHashMap<>();
    boolean well = table.known() && feed.damagedCopies().isEmpty();
    report.put("status", well ? "ok" : "degraded");
    report.put("routesKnown", table.known());
    report.put("damagedCopies", feed.damagedCopies());
    report.put("routesVersion", table.version());
    report.put("installationId", table.table().installationId());
    report.put("database", feed.connected() ? "connected" : "away");
    report.put("upSeconds", Duration.between(started, Instant.now()).toSeconds());
    report.put("inFlight", routes.inFlight());
    report.put("now", proxy.counters().levels());
    report.put("total", proxy.counters().totals());
    report.put("bufferBytes", proxy.bufferMemory());
    report.put("heapBytes", heap());
    report.put("routes", new TreeMap<>(table.sites()).values().stream().map(this::site).toList());
    return report;
  }

  private static long heap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private Map<String, Object> site(Site site) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("host", site.host());
    shown.put("state", site.state().wire());
    shown.put("releaseId", site.load().releaseId());
    shown.put(
        "targets",
        site.upstreams().stream()
            .map(task ->
                Map.of(
                    "host", task.address().getHostString(),
                    "port", task.address().getPort(),
                    "inFlight", task.inFlight()))
            .toList());
    return shown;
  }
}
