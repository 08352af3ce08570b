package dev.slipway.gateway.auth;

import dev.slipway.store.SessionStore;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Finds who is behind a request: by the key in a header, or else by a session's cookie. */
public final class Callers {
  private final KeyGuard keys;
  private final SessionGuard sessions;

  public Callers(KeyGuard keys, SessionStore sessions) {
    this.keys = keys;
    this.sessions = new SessionGuard(sessions);
  }

  /**
   * The caller; fails with 401 when there is none, and with 403 when another site's page may have
   * made a browser ask.
   *
   * @param browser HTTP Basic will do, the key as its password
   */
  public Future<Caller> caller(HttpServerRequest request, boolean browser) {
    String key = sent(request, browser);
    if (key != null) {
      return keys.caller(key);
    }
    String cookie = SessionCookie.sent(request);
    return cookie == null
        ? Future.failedFuture(Refusals.unauthorized("Neither an API key nor a session was sent."))
        : sessions.caller(request, cookie);
  }

  private static @Nullable String sent(HttpServerRequest request, boolean browser) {
    String direct = request.getHeader("x-api-key");
    if (direct != null) {
      return direct.strip();
    }
    String authorization = request.getHeader("Authorization");
    if (authorization == null) {
      return null;
    }
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).strip();
    }
    return browser && authorization.regionMatches(true, 0, "Basic ", 0, 6)
        ? password(authorization.substring(6).strip())
        : null;
  }

  private static @Nullable String password(String basic) {
    try {
      String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1).strip();
    } catch (IllegalArgumentException e) {
      return null; // not Base64, so no key was sent
    }
  }
}
