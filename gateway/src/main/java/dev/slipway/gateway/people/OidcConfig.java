package dev.slipway.gateway.people;

import dev.slipway.platform.config.Secret;
import dev.slipway.platform.config.Settings;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A provider of identities that people sign in with.
 *
 * @param issuer its address; what it says of itself is found below it ({@code SLIPWAY_OIDC_ISSUER})
 * @param clientId as it knows us ({@code SLIPWAY_OIDC_CLIENT_ID})
 * @param clientSecret {@code SLIPWAY_OIDC_CLIENT_SECRET}, or {@code …_FILE}
 * @param publicUrl where people's browsers reach this platform ({@code SLIPWAY_PUBLIC_URL})
 */
public record OidcConfig(URI issuer, String clientId, Secret clientSecret, URI publicUrl) {
  private static final String ISSUER = "SLIPWAY_OIDC_ISSUER";

  /** Null when no provider is set; what is half set is a mistake of the settings. */
  public static @Nullable OidcConfig from(Settings settings, String publicUrl) {
    String issuer = settings.text(ISSUER, "");
    if (issuer.isEmpty()) {
      return null;
    }
    Secret secret = settings.secret("SLIPWAY_OIDC_CLIENT_SECRET");
    String client = settings.text("SLIPWAY_OIDC_CLIENT_ID", "");
    String remedy = "set it as well, or none of SLIPWAY_OIDC_…";
    if (client.isEmpty()) {
      settings.mistake("SLIPWAY_OIDC_CLIENT_ID", "is not set, but " + ISSUER + " is", remedy);
    }
    if (secret.isEmpty()) {
      settings.mistake("SLIPWAY_OIDC_CLIENT_SECRET", "is not set, but " + ISSUER + " is", remedy);
    }
    if (publicUrl.isEmpty()) {
      settings.mistake("SLIPWAY_PUBLIC_URL", "is not set, but " + ISSUER + " is", remedy);
    }
    return new OidcConfig(address(settings, ISSUER), client, secret, URI.create(publicUrl));
  }

  private static URI address(Settings settings, String name) {
    String text = settings.text(name, "");
    if (text.matches("https?://[!-~]{1,300}")) {
      try {
        return URI.create(text);
      } catch (IllegalArgumentException e) {
        // Told below, in the same words as a text that does not look like one.
      }
    }
    settings.mistake(name, "is not an address", "set one such as https://slipway.example.org");
    return URI.create("https://invalid.invalid");
  }

  /** Where the provider sends people back to. */
  URI redirect() {
    return URI.create(publicUrl + "/api/session/oidc/callback");
  }
}
