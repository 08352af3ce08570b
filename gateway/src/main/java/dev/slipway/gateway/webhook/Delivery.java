package dev.slipway.gateway.webhook;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.store.WebhookStore.Arrival;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request that proved to know the secret, as it goes into the inbox. */
final class Delivery {
  private static final List<String> TELLING =
      List.of(
          "x-github-",
          "x-gitea-",
          "x-forgejo-",
          "x-gogs-",
          "x-gitlab-",
          "x-event-key",
          "x-hook-uuid",
          "x-request-uuid",
          "x-request-id",
          "x-attempt-number",
          "x-slipway-delivery",
          "webhook-id",
          "webhook-timestamp",
          "idempotency-key",
          "content-type",
          "user-agent");
  private static final List<String> SECRET = List.of("token", "signature", "secret", "auth");
  private static final int MOST_HEADERS = 30;
  private static final int LONGEST_HEADER = 300;

  private Delivery() {}

  static Arrival arrived(
      ApplicationId application, Provider provider, MultiMap headers, Buffer body) {
    String id = FreshId.of("whd");
    String hash = provider.bodiesAreUnique() ? sha256(body) : null;
    return new Arrival(
        id,
        application,
        provider.wire(),
        Optional.ofNullable(provider.deliveryId(headers)).orElse(id),
        provider.event(headers),
        kept(headers),
        body,
        hash,
        null);
  }

  /** What tells where a delivery came from; never what proves it. */
  private static Map<String, String> kept(MultiMap headers) {
    Map<String, String> kept = new TreeMap<>();
    headers.forEach(header -> {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      boolean telling =
          TELLING.stream().anyMatch(name::startsWith) && SECRET.stream().noneMatch(name::contains);
      if (telling && kept.size() < MOST_HEADERS) {
        String value = header.getValue();
        kept.put(
            name, value.length() > LONGEST_HEADER ? value.substring(0, LONGEST_HEADER) : value);
      }
    });
    return kept;
  }

  private static String sha256(Buffer body) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(body.getBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
