package dev.slipway.gateway;

import dev.slipway.gateway.http.Front;
import dev.slipway.platform.boot.SetupFailure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;

/**
 * One of the gateway's two ports.
 *
 * @param setting its name in the environment
 * @param bind the address it is opened on
 * @param number 0: any free one
 */
record Port(String setting, String bind, int number) {

  static Port api(GatewayConfig config) {
    return new Port("SLIPWAY_API_PORT", config.bind(), config.apiPort());
  }

  static Port ui(GatewayConfig config) {
    return new Port("SLIPWAY_UI_PORT", config.bind(), config.uiPort());
  }

  /**
   * Opens it; a failure says which setting to change. A second opening in the same Vert.x shares
   * the port with the first.
   */
  Future<HttpServer> open(
      Vertx vertx, Handler<HttpServerRequest> requests, Handler<HttpServerRequest> invalid) {
    return vertx
        .createHttpServer(Front.options(bind, number))
        .requestHandler(requests)
        .invalidRequestHandler(invalid)
        .listen()
        .recover(failure -> Future.failedFuture(explained(failure)));
  }

  private Throwable explained(Throwable failure) {
    if (!(failure instanceof BindException)) {
      return failure;
    }
    return String.valueOf(failure.getMessage()).contains("assign")
        ? new SetupFailure(
            "This machine has no address "
                + bind
                + ": set SLIPWAY_BIND to one of its own, or 0.0.0.0.",
            failure)
        : new SetupFailure(
            "Port "
                + number
                + " is taken or may not be used: stop what uses it, or choose another with "
                + setting
                + ".",
            failure);
  }
}
