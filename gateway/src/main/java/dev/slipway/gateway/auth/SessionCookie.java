package dev.slipway.gateway.auth;

import dev.slipway.store.SessionStore;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a browser shows: 256 random bits that mean nothing; only their hash is kept. */
public final class SessionCookie {
  /** Its name. */
  public static final String NAME = "slipway_session";

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private SessionCookie() {}

  /** A new one. */
  public static String random() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** The one that was sent; null when none was that can be ours. */
  static @Nullable String sent(HttpServerRequest request) {
    Cookie cookie = request.getCookie(NAME);
    return cookie != null && SHAPE.matcher(cookie.getValue()).matches() ? cookie.getValue() : null;
  }

  /** The header that gives it to a browser, which shows it to nobody else and to no script. */
  public static String given(HttpServerRequest request, String value) {
    return header(request, NAME, value, "/", SessionStore.LONGEST.toSeconds());
  }

  /** The header that takes it away. */
  public static String taken(HttpServerRequest request) {
    return header(request, NAME, "", "/", 0);
  }

  /**
   * A cookie for its browser alone, which no script sees and other sites' pages cannot send with a
   * change.
   *
   * @param seconds how long it is kept; 0: it is taken away
   */
  public static String header(
      HttpServerRequest request, String name, String value, String path, long seconds) {
    return name
        + "="
        + value
        + "; Path="
        + path
        + "; Max-Age="
        + seconds
        + "; HttpOnly; SameSite=Lax"
        + (isSecure(request) ? "; Secure" : "");
  }

  /** Also behind a proxy that ends TLS; a lie about it costs only whoever tells it. */
  static boolean isSecure(HttpServerRequest request) {
    return request.isSSL() || "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"));
  }
}
