package dev.slipway.gateway;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.InstallationView;
import dev.slipway.gateway.http.ApiJson;
import dev.slipway.gateway.http.Front;
import dev.slipway.gateway.http.Problems;
import dev.slipway.gateway.http.SecurityHeaders;
import dev.slipway.platform.boot.Version;
import dev.slipway.platform.cluster.Role;
import dev.slipway.platform.cluster.StartPhase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers on the gateway's ports from the first moment on, when there is no database yet: how far
 * the start has come, and to everything else that it is too early. It knows no keys, so it tells
 * nothing that needs one.
 */
public final class StartingDoor implements Role.Door {
  private final GatewayConfig config;
  private final Supplier<StartPhase> phase;
  private final List<HttpServer> servers = new ArrayList<>();

  private StartingDoor(GatewayConfig config, Supplier<StartPhase> phase) {
    this.config = config;
    this.phase = phase;
  }

  /** Opens both ports; ports that are any free one are left to the gateway. */
  public static Future<Role.Door> open(
      Vertx vertx, GatewayConfig config, Supplier<StartPhase> phase) {
    var door = new StartingDoor(config, phase);
    return door.listen(vertx, "SLIPWAY_API_PORT", config.apiPort())
        .compose(open -> door.listen(vertx, "SLIPWAY_UI_PORT", config.uiPort()))
        .map(door);
  }

  private Future<Void> listen(Vertx vertx, String setting, int port) {
    if (port == 0) {
      return Future.succeededFuture();
    }
    return vertx
        .createHttpServer(Front.options(config.bind(), port))
        .requestHandler(this::answer)
        .listen()
        .onSuccess(servers::add)
        .recover(failure -> Future.failedFuture(config.explained(setting, port, failure)))
        .mapEmpty();
  }

  private void answer(HttpServerRequest request) {
    SecurityHeaders.add(request.response().headers(), request.isSSL());
    switch (String.valueOf(request.path())) {
      case "/api/health" -> tell(request, 503, health());
      case "/api/installation" ->
          tell(
              request,
              200,
              InstallationView.starting(
                  phase.get(),
                  Version.TEXT,
                  config,
                  InstallationView.host(
                      request.authority() == null ? null : request.authority().host())));
      default -> Problems.answer(request, tooEarly());
    }
  }

  private Map<String, Object> health() {
    return Map.of(
        "status",
        "degraded",
        "checks",
        Map.of("platform", Map.of("status", "degraded", "detail", detail())));
  }

  private String detail() {
    return switch (phase.get()) {
      case PENDING -> "It waits for its database.";
      case INSTALLING -> "Its services are starting.";
      case READY -> "It is just there.";
      case FAILED -> "It could not start; its log says why.";
    };
  }

  private Problem tooEarly() {
    return new Problem(
        503,
        "starting",
        "The platform is starting",
        detail(),
        "Try again in a few seconds; GET /api/installation tells how far it has come.",
        List.of(),
        null);
  }

  private static void tell(HttpServerRequest request, int status, Object answer) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Retry-After", "1")
        .end(ApiJson.buffer(answer));
  }

  @Override
  public Future<Void> close() {
    return Future.join(servers.stream().map(HttpServer::close).toList()).mapEmpty();
  }
}
