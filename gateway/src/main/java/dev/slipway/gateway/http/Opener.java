package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The two answers of a platform that is still starting. */
public final class Opener {
  private Opener() {}

  /** Tells what can be told; the connection ends, so that the next request meets the gateway. */
  public static void tell(HttpServerRequest request, Object body) {
    request
        .response()
        .putHeader("Content-Type", "application/json")
        .putHeader("Cache-Control", "no-store")
        .putHeader("Connection", "close")
        .end(ApiJson.buffer(body));
  }

  /** Asks to come back. */
  public static void notYet(HttpServerRequest request, String stage) {
    request.response().putHeader("Connection", "close");
    Problems.answer(
        request,
        new Problem(
            503,
            "starting",
            "Not ready yet",
            "The platform is starting (" + stage + ").",
            "Ask again in a second or two; GET /api/installation tells how far it is.",
            List.of(),
            null));
  }
}
