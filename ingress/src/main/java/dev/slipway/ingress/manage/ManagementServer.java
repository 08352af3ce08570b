package dev.slipway.ingress.manage;

import dev.slipway.ingress.feed.RouteFeed;
import dev.slipway.ingress.proxy.Proxy;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.ingress.routes.Site;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.cluster.ManagementServer.Metric;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * On 127.0.0.1: {@code GET /__slipway/health} tells the routes in force, what is in flight, and
 * counts; {@code /live}, {@code /ready} and {@code /metrics} are what every role answers. An
 * ingress is ready when it has routes to serve, whether or not the database is there.
 */
public final class ManagementServer {
  /** The routes in force, for people. */
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
    boolean asked = request.method() == HttpMethod.GET && request.getHeader("Origin") == null;
    switch (asked ? String.valueOf(request.path()) : "") {
      case HEALTH -> tell(request, 200, report());
      case "/live" -> tell(request, 200, Map.of("status", "ok"));
      case "/ready" -> tellReady(request);
      case "/metrics" ->
          request
              .response()
              .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
              .end(dev.slipway.platform.cluster.ManagementServer.text(metrics()));
      default -> nothingHere(request);
    }
  }

  private void tellReady(HttpServerRequest request) {
    boolean ready = feed.connected() || routes.current().version() > 0;
    tell(request, ready ? 200 : 503, Map.of("status", ready ? "ok" : "degraded"));
  }

  private static void nothingHere(HttpServerRequest request) {
    request
        .response()
        .setStatusCode(404)
        .putHeader("Content-Type", "application/problem+json")
        .end(
            "{\"title\":\"Not Found\",\"status\":404,\"code\":\"not_found\",\"remedy\":\"Ask for "
                + HEALTH
                + ".\"}\n");
  }

  private static void tell(HttpServerRequest request, int status, Object answer) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .end(Json.buffer(answer));
  }

  private List<Metric> metrics() {
    List<Metric> all = new ArrayList<>();
    proxy
        .counters()
        .levels()
        .forEach((what, now) -> all.add(metric("slipway_ingress_now", "gauge", what, now)));
    proxy
        .counters()
        .totals()
        .forEach((what, sum) -> all.add(metric("slipway_ingress_total", "counter", what, sum)));
    double version = routes.current().version();
    all.add(new Metric("slipway_routes_version", "gauge", "Of the table in force", "", version));
    all.add(new Metric("jvm_memory_heap_used_bytes", "gauge", "Heap in use", "", heap()));
    return all;
  }

  private static Metric metric(String name, String kind, String what, double value) {
    return new Metric(name, kind, "Traffic of the applications", "kind=\"" + what + "\"", value);
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
