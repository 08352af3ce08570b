package dev.slipway.gateway.http;

import io.vertx.core.MultiMap;

/**
 * What every answer tells browsers: run nothing, frame nothing, guess nothing. Our pages have one
 * style, which is allowed by its hash, and no scripts.
 */
public final class SecurityHeaders {
  private static final String POLICY =
      "default-src 'none'; style-src '"
          + Pages.STYLE_HASH
          + "'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private SecurityHeaders() {}

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
