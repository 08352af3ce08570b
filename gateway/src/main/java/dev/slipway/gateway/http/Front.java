package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first to see a request: adds what every answer carries, and tells pages from the API. */
public final class Front {
  private static final Logger LOG = LoggerFactory.getLogger(Front.class);
  private static final int LONGEST_ADDRESS = 8 * 1024;
  private static final int MOST_HEADERS = 16 * 1024;

  /**
   * Longer than the longest {@code ?wait}, which is answered on a connection that is silent until
   * then.
   */
  private static final int IDLE_SECONDS = 330;

  private final Api api;
  private final @Nullable Dashboard dashboard;
  private final Doorkeeper door;

  /**
   * A front.
   *
   * @param dashboard what is shown beside the API; null where only the API is served
   * @param door who lets requests in
   */
  public Front(Api api, @Nullable Dashboard dashboard, Doorkeeper door) {
    this.api = api;
    this.dashboard = dashboard;
    this.door = door;
  }

  /**
   * How our servers are set up. No compression of sockets: logs are framed once for all readers. No
   * clear-text HTTP/2: nothing that connects here needs it.
   */
  public static HttpServerOptions options(String bind, int port) {
    return new HttpServerOptions()
        .setHost(bind)
        .setPort(port)
        .setMaxInitialLineLength(LONGEST_ADDRESS)
        .setMaxHeaderSize(MOST_HEADERS)
        .setIdleTimeout(IDLE_SECONDS)
        .setIdleTimeoutUnit(TimeUnit.SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setHandle100ContinueAutomatically(true);
  }

  public void handle(HttpServerRequest request) {
    LOG.debug("{} {}", request.method(), request.path());
    door.spoke(request.connection());
    AddressRanges proxies = door.config().proxies();
    request.response().putHeader(Origin.REQUEST_ID, Origin.nameFor(request, proxies));
    Origin origin = Origin.of(request, proxies);
    SecurityHeaders.add(request.response().headers(), origin.secure());
    Problem refusal = door.refusal(request, origin);
    if (refusal != null) {
      Problems.answer(request, refusal);
      return;
    }
    String path = request.path();
    if (path != null && (path.equals("/api") || path.startsWith("/api/"))) {
      api.handle(request);
    } else if (dashboard != null && path != null && dashboard.has(request, path)) {
      dashboard.answer(request, path);
    } else {
      Problems.answer(request, nothingHere());
    }
  }

  /** What is no HTTP, or has too much of it. */
  public void invalid(HttpServerRequest request) {
    door.spoke(request.connection());
    SecurityHeaders.add(request.response().headers(), request.isSSL());
    Throwable cause = request.decoderResult().cause();
    boolean tooLong = cause instanceof io.netty.handler.codec.http.TooLongHttpLineException;
    boolean tooMany = cause instanceof io.netty.handler.codec.http.TooLongHttpHeaderException;
    Problems.answer(
        request,
        new Problem(
            tooLong ? 414 : tooMany ? 431 : 400,
            "malformed_request",
            "The request cannot be read",
            tooLong
                ? "The address is longer than " + LONGEST_ADDRESS + " bytes."
                : tooMany
                    ? "The headers are longer than " + MOST_HEADERS + " bytes."
                    : "This is not a well-formed HTTP request.",
            "Send a well-formed HTTP/1.1 request.",
            List.of(),
            null));
    request.connection().close();
  }

  private static Problem nothingHere() {
    return new Problem(
        404,
        "not_found",
        "Not found",
        "There is nothing at this address.",
        "The API is under /api; GET /api/openapi.json tells its paths.",
        List.of(),
        null);
  }
}
