package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.health.Health;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.List;
import java.util.Map;

/**
 * What supervisors ask a process: {@code /live} (is it worth keeping?), {@code /ready} (may work be
 * sent to it?), {@code /metrics} (figures, in Prometheus' text format). On a port, and an event
 * loop, of its own: it answers while the service is overloaded, starting or draining.
 */
public final class ManagementServer {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final Answers answers;

  /** What is told. All of them may be asked at any time, and their futures never fail. */
  public interface Answers {
    /** Not well only when a restart would help. */
    Future<Health> live();

    /** Well when work may be sent here. */
    Future<Health> ready();

    /** Name, kind, meaning and value. */
    Future<List<Metric>> metrics();
  }

  /**
   * One figure.
   *
   * @param kind {@code gauge} or {@code counter}
   * @param labels ready to be printed: {@code role="builder"}; empty: none
   */
  public record Metric(String name, String kind, String help, String labels, double value) {}

  private record Told(String status, Map<String, Health.Check> checks) {}

  private ManagementServer(Vertx vertx, String host, Answers answers) {
    this.answers = answers;
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setHost(host)
                    .setIdleTimeout(60)
                    .setMaxInitialLineLength(1024)
                    .setHttp2ClearTextEnabled(false))
            .requestHandler(this::answer);
  }

  /**
   * Listens.
   *
   * @param port 0 for any free one
   */
  public static Future<ManagementServer> open(Vertx vertx, String host, int port, Answers answers) {
    var made = new ManagementServer(vertx, host, answers);
    return made.server
        .listen(port, host)
        .map(made)
        .recover(failure -> Future.failedFuture(explained(host, port, failure)));
  }

  private static Throwable explained(String host, int port, Throwable failure) {
    return failure instanceof BindException
        ? new SetupFailure(
            "The management port "
                + host
                + ":"
                + port
                + " cannot be opened ("
                + failure.getMessage()
                + "): choose another with SLIPWAY_MANAGEMENT_PORT or SLIPWAY_MANAGEMENT_HOST.",
            failure)
        : failure;
  }

  /** The port it got. */
  public int port() {
    return server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    // A web page in a browser on this machine could reach us by a name of its own.
    if (request.method() != HttpMethod.GET || request.getHeader("Origin") != null) {
      nothingHere(request);
      return;
    }
    switch (String.valueOf(request.path())) {
      case "/live" -> tell(request, answers.live());
      case "/ready" -> tell(request, answers.ready());
      case "/metrics" ->
          answers
              .metrics()
              .onSuccess(
                  figures -> request.response().putHeader("Content-Type", TEXT).end(text(figures)));
      default -> nothingHere(request);
    }
  }

  private static void tell(HttpServerRequest request, Future<Health> asked) {
    asked.onSuccess(health ->
        request
            .response()
            .setStatusCode(health.isOk() ? 200 : 503)
            .putHeader("Content-Type", "application/json")
            .putHeader("Cache-Control", "no-store")
            .end(Json.buffer(new Told(health.status(), health.checks()))));
  }

  private static void nothingHere(HttpServerRequest request) {
    request
        .response()
        .setStatusCode(404)
        .putHeader("Content-Type", "application/problem+json")
        .end(
            Json.buffer(
                Map.of(
                    "title",
                    "Not found",
                    "status",
                    404,
                    "code",
                    "not_found",
                    "remedy",
                    "GET /live, /ready or /metrics.")));
  }

  /** Prometheus' text; figures of one name must stand together. */
  public static String text(List<Metric> figures) {
    StringBuilder text = new StringBuilder();
    String last = "";
    for (Metric figure : figures) {
      if (!figure.name().equals(last)) {
        text.append("# HELP ").append(figure.name()).append(' ').append(figure.help());
        text.append("\n# TYPE ").append(figure.name()).append(' ').append(figure.kind());
        text.append('\n');
      }
      last = figure.name();
      text.append(figure.name());
      if (!figure.labels().isEmpty()) {
        text.append('{').append(figure.labels()).append('}');
      }
      text.append(' ').append(number(figure.value())).append('\n');
    }
    return text.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
