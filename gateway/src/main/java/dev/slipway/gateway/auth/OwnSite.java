package dev.slipway.gateway.auth;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a browser sends a request because a page of ours made it do so: other sites can make it
 * send our cookie, but not these headers.
 */
public final class OwnSite {
  private static final Set<HttpMethod> HARMLESS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  private OwnSite() {}

  /** Refuses what another site's page may have made a browser ask for in its user's name. */
  static void requireOwn(HttpServerRequest request) {
    boolean changes = !HARMLESS.contains(request.method()) || request.getHeader("Upgrade") != null;
    if (changes && !isOwn(request)) {
      throw Refusals.foreignOrigin();
    }
  }

  /** Refuses a browser that says another site made it ask; who is no browser says nothing. */
  public static void refuseForeign(HttpServerRequest request) {
    boolean silent =
        request.getHeader("Sec-Fetch-Site") == null && request.getHeader("Origin") == null;
    if (!silent && !isOwn(request)) {
      throw Refusals.foreignOrigin();
    }
  }

  private static boolean isOwn(HttpServerRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = request.getHeader("Origin");
    String host = request.getHeader("Host");
    return origin != null
        && host != null
        && host.toLowerCase(Locale.ROOT).equals(authority(origin));
  }

  private static @Nullable String authority(String origin) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority == null ? null : authority.toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return null; // no address, so not ours
    }
  }
}
