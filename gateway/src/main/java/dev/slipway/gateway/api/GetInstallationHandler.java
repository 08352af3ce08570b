package dev.slipway.gateway.api;

import dev.slipway.gateway.GatewayConfig;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.health.Health;
import dev.slipway.platform.health.HealthChecks;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** What is installed here and where it answers. */
public final class GetInstallationHandler implements Endpoint {
  private static final String DATABASE = "database";
  private static final String DOCKER = "docker";

  private final Stores stores;
  private final HealthChecks checks;
  private final GatewayConfig config;
  private final String version;

  public GetInstallationHandler(
      Stores stores, HealthChecks checks, GatewayConfig config, String version) {
    this.stores = stores;
    this.checks = checks;
    this.config = config;
    this.version = version;
  }

  /** The installation as it looks from outside. */
  private record View(
      String id,
      String version,
      String status,
      String uiUrl,
      String apiUrl,
      String applicationsDomain,
      int applicationsPort,
      GetHealthHandler.Check database,
      GetHealthHandler.Check docker,
      @Nullable Integer nodes) {}

  @Override
  public Future<Reply> answer(Call call) {
    return Future.all(stores.installation().id(), checks.run())
        .map(both -> {
          Health health = both.resultAt(1);
          return Reply.ok(view(both.resultAt(0), health, host(call.request())));
        });
  }

  private View view(String id, Health health, String host) {
    return new View(
        id,
        version,
        health.isOk() ? "ready" : "failed",
        "http://" + host + ":" + config.uiPort(),
        "http://" + host + ":" + config.apiPort(),
        config.domain(),
        config.httpPort(),
        GetHealthHandler.Check.of(health.checks().get(DATABASE)),
        GetHealthHandler.Check.of(health.checks().get(DOCKER)),
        nodes(health.checks().get(DOCKER)));
  }

  /** The address the caller reached us by is one that works for him. */
  static String host(HttpServerRequest request) {
    var authority = request.authority();
    String host = authority == null ? "127.0.0.1" : authority.host();
    return host.matches("[A-Za-z0-9.:\\[\\]-]{1,253}") ? host : "127.0.0.1";
  }

  /** The engine's check may say how many machines it sees: "… 3 nodes". */
  private static @Nullable Integer nodes(Health.@Nullable Check docker) {
    if (docker == null || !docker.status().equals("ok")) {
      return null;
    }
    var said = java.util.regex.Pattern.compile("(\\d{1,4}) nodes?").matcher(docker.detail());
    return said.find() ? Integer.valueOf(said.group(1)) : 1;
  }
}
