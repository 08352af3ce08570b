package dev.slipway.gateway.webhook;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whether who sent a request knows the secret. Every comparison takes the same time whatever is
 * compared; a signature that is there and wrong is never made up for by a token.
 */
final class Signatures {
  /** How old or early a signed time may be: as the Standard Webhooks specification suggests. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final List<String> BARE =
      List.of("x-forgejo-signature", "x-gitea-signature", "x-gogs-signature");
  private static final List<String> PREFIXED =
      List.of("x-hub-signature-256", "x-slipway-signature", "x-hub-signature");

  private final InstantSource clock;

  Signatures(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Judges a request.
   *
   * @param token of the address's query; null: there is none
   */
  boolean fit(
      Provider provider, MultiMap headers, @Nullable String token, Buffer body, String secret) {
    boolean gitlab = provider == Provider.GITLAB;
    if (gitlab || provider == Provider.PLAIN) {
      String signature = headers.get("webhook-signature");
      if (signature != null) {
        return fitsStandard(headers, signature, body, secret);
      }
    }
    if (gitlab) {
      return same(headers.get("X-Gitlab-Token"), secret);
    }
    if (provider != Provider.REGISTRY) {
      String signature = signature(provider, headers);
      if (signature != null) {
        return same(signature, HexFormat.of().formatHex(hmac(utf8(secret), body.getBytes())));
      }
    }
    boolean byToken = provider == Provider.REGISTRY || provider == Provider.PLAIN;
    return byToken && same(token == null ? sentToken(headers) : token, secret);
  }

  /** Signatures are told in hexadecimal digits; what is not SHA-256 is none. */
  private static @Nullable String signature(Provider provider, MultiMap headers) {
    if (provider == Provider.GITEA) {
      for (String name : BARE) {
        String bare = headers.get(name);
        if (bare != null) {
          return bare.strip().toLowerCase(Locale.ROOT);
        }
      }
    }
    for (String name : PREFIXED) {
      String sent = headers.get(name);
      if (sent != null) {
        String lower = sent.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("sha256=") ? lower.substring("sha256=".length()) : "";
      }
    }
    return null;
  }

  /** The Standard Webhooks form: id and time are signed with the body, so a replay is told. */
  private boolean fitsStandard(MultiMap headers, String signatures, Buffer body, String secret) {
    String id = headers.get("webhook-id");
    String timestamp = headers.get("webhook-timestamp");
    if (id == null || timestamp == null || !isNow(timestamp)) {
      return false;
    }
    byte[] key = key(secret);
    Buffer signed = Buffer.buffer(id + "." + timestamp + ".").appendBuffer(body);
    String wanted = "v1," + Base64.getEncoder().encodeToString(hmac(key, signed.getBytes()));
    boolean fits = false;
    for (String one : signatures.strip().split(" ", 20)) {
      fits |= same(one, wanted);
    }
    return fits;
  }

  private boolean isNow(String timestamp) {
    if (!timestamp.matches("[0-9]{1,12}")) {
      return false;
    }
    Duration off =
        Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant()).abs();
    return off.compareTo(TOLERANCE) <= 0;
  }

  private static byte[] key(String secret) {
    return secret.startsWith(WebhookSecret.PREFIX)
        ? Base64.getDecoder().decode(secret.substring(WebhookSecret.PREFIX.length()))
        : utf8(secret);
  }

  private static @Nullable String sentToken(MultiMap headers) {
    String authorization = headers.get("Authorization");
    if (authorization == null) {
      return null;
    }
    return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
        ? authorization.substring(7).strip()
        : authorization.strip();
  }

  /** Hashed first: the time that is taken does not even tell a length. */
  private static boolean same(@Nullable String sent, String wanted) {
    String shown = sent == null ? "" : sent;
    return MessageDigest.isEqual(hmac(SALT, utf8(shown)), hmac(SALT, utf8(wanted)));
  }

  private static final byte[] SALT = utf8(WebhookSecret.random());

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
