package dev.slipway.gateway.http;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.contracts.problem.RetryLater;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in or not, before anything is known but where they come from: by address, and by
 * how many there are. Connections that never say what they want are closed. Lives on one event
 * loop; both ports share one.
 */
public final class Doorkeeper {
  /** Called by others' servers, which prove who they are by a signature. */
  private static final String WEBHOOKS = "/api/webhooks/";

  private static final String HEALTH = "/api/health";

  private final Vertx vertx;
  private final FrontConfig config;
  private final RateLimit ofAddresses;
  private final RateLimit ofCallers;
  private final Map<HttpConnection, Long> silent = new IdentityHashMap<>();

  public Doorkeeper(Vertx vertx, FrontConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.ofAddresses = new RateLimit(config.perSecond(), config.burst());
    this.ofCallers = new RateLimit(config.perSecond(), config.burst());
  }

  /** How the front is set up. */
  FrontConfig config() {
    return config;
  }

  /** A new connection, which must say something soon. */
  public void connected(HttpConnection connection) {
    silent.put(
        connection, vertx.setTimer(config.headTimeout().toMillis(), due -> connection.close()));
    connection.closeHandler(closed -> spoke(connection));
  }

  /** It said something. */
  void spoke(HttpConnection connection) {
    Long timer = silent.remove(connection);
    if (timer != null) {
      vertx.cancelTimer(timer);
    }
  }

  /** Why a request may not come in; null when it may. */
  @Nullable Problem refusal(HttpServerRequest request, Origin origin) {
    InetAddress address = AddressRanges.literal(origin.address());
    if (address != null && address.isLoopbackAddress()) {
      return null;
    }
    String path = String.valueOf(request.path());
    boolean open = path.equals(HEALTH) || path.startsWith(WEBHOOKS);
    if (!open && !config.allowed().isEmpty() && !config.allowed().contains(origin.address())) {
      return notFromThere();
    }
    Duration wait = ofAddresses.take(origin.address());
    if (wait.isZero()) {
      String caller = credentials(request);
      wait = caller == null ? wait : ofCallers.take(caller);
    }
    return wait.isZero() ? null : tooMany(wait);
  }

  /**
   * What a caller shows, as its hash: whether it is worth anything is found out later, and need not
   * be known here.
   */
  private static @Nullable String credentials(HttpServerRequest request) {
    String shown = request.getHeader("x-api-key");
    shown = shown == null ? request.getHeader("Authorization") : shown;
    shown = shown == null ? request.getHeader("Cookie") : shown;
    return shown == null ? null : hash(shown);
  }

  private static String hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static Problem notFromThere() {
    return new Problem(
        403,
        "address_not_allowed",
        "Not allowed from there",
        "This platform may not be used from this address.",
        "Come from an allowed address, or have its operator add it to SLIPWAY_ALLOWED_ADDRESSES.",
        List.of(),
        null);
  }

  private static Problem tooMany(Duration wait) {
    return new RetryLater(
        "too_many_requests",
        "There were too many requests from this address or with this key.",
        "Wait as long as Retry-After says; the operator sets the limit with SLIPWAY_RATE_LIMIT.",
        wait.plusMillis(999).toSeconds());
  }
}
