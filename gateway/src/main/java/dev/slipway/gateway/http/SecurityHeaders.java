package dev.slipway.gateway.http;

import io.vertx.core.MultiMap;

/**
 * What every answer tells browsers: run nothing, frame nothing, guess nothing. The page of the
 * contract has one style, which is allowed by its hash, and no scripts; the dashboard runs its own.
 */
public final class SecurityHeaders {
  private static final String POLICY =
      "default-src 'none'; style-src '"
          + Pages.STYLE_HASH
          + "'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  /** Its own scripts, pictures and calls, and nobody else's; styles also where the nonce is. */
  private static final String DASHBOARD =
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none';"
          + " form-action 'none'";

  private SecurityHeaders() {}

  /** Lets the dashboard's page run. */
  static void allowDashboard(MultiMap headers, String nonce) {
    headers.set("Content-Security-Policy", DASHBOARD.formatted(nonce));
  }

  /**
   * Adds them.
   *
   * @param secure the request came over TLS, so that browsers may insist on it from now on
   */
  public static void add(MultiMap headers, boolean secure) {
    headers
        .set("X-Content-Type-Options", "nosniff")
        .set("X-Frame-Options", "DENY")
        .set("Referrer-Policy", "no-referrer")
        .set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        .set("Cross-Origin-Opener-Policy", "same-origin")
        .set("Cross-Origin-Resource-Policy", "same-origin")
        .set("Content-Security-Policy", POLICY);
    if (secure) {
      headers.set("Strict-Transport-Security", "max-age=31536000");
    }
  }
}
