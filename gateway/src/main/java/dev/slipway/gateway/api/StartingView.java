package dev.slipway.gateway.api;

import dev.slipway.gateway.GatewayConfig;
import dev.slipway.platform.boot.Version;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * An installation that is not up yet, in the shape of {@code GET /api/installation}.
 *
 * @param status {@code pending} or {@code installing}
 * @param nodes null: the engine was not asked yet
 */
public record StartingView(
    String id,
    String version,
    String status,
    String uiUrl,
    String apiUrl,
    String applicationsDomain,
    int applicationsPort,
    GetHealthHandler.Check database,
    GetHealthHandler.Check docker,
    @Nullable Integer nodes) {

  /** How far the start of this installation is, for whoever sent the request. */
  public static StartingView of(
      String id, String status, GatewayConfig config, HttpServerRequest request) {
    String host = GetInstallationHandler.host(request);
    var unseen = GetHealthHandler.Check.of(null);
    return new StartingView(
        id,
        Version.TEXT,
        status,
        "http://" + host + ":" + config.uiPort(),
        "http://" + host + ":" + config.apiPort(),
        config.domain(),
        config.httpPort(),
        unseen,
        unseen,
        null);
  }
}
