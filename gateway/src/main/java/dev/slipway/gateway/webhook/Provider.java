package dev.slipway.gateway.webhook;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Who sends webhooks, told by the headers that each sends and nobody else does. */
enum Provider {
  /** Gitea, Forgejo and Gogs: they send GitHub's headers too, so they are looked for first. */
  GITEA(
      List.of("x-forgejo-event", "x-gitea-event", "x-gogs-event"),
      List.of("x-forgejo-delivery", "x-gitea-delivery", "x-gogs-delivery")),
  GITHUB(List.of("x-github-event"), List.of("x-github-delivery")),
  /** The UUID of an event is shared by all that follows from it; the key is the delivery's own. */
  GITLAB(
      List.of("x-gitlab-event"), List.of("webhook-id", "idempotency-key", "x-gitlab-event-uuid")),
  /** Bitbucket, in the cloud and of one's own. */
  BITBUCKET(List.of("x-event-key"), List.of("x-request-uuid", "x-request-id")),
  /** A Docker registry's notifications. */
  REGISTRY(List.of(), List.of()),
  /** Anything that can send JSON; Docker Hub, whose notifications have no headers of their own. */
  PLAIN(List.of(), List.of("webhook-id", "x-slipway-delivery", "idempotency-key"));

  static final String REGISTRY_TYPE = "application/vnd.docker.distribution.events";

  private static final int LONGEST_EVENT = 80;
  private static final int LONGEST_ID = 200;

  private final List<String> eventHeaders;
  private final List<String> idHeaders;

  Provider(List<String> eventHeaders, List<String> idHeaders) {
    this.eventHeaders = eventHeaders;
    this.idHeaders = idHeaders;
  }

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Provider of(String wire) {
    return valueOf(wire.toUpperCase(Locale.ROOT));
  }

  /** Who sent a request with these headers. */
  static Provider of(MultiMap headers) {
    for (Provider provider : values()) {
      if (first(headers, provider.eventHeaders) != null) {
        return provider;
      }
    }
    String type = headers.get("Content-Type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith(REGISTRY_TYPE)
        ? REGISTRY
        : PLAIN;
  }

  /** The kind of event as the sender calls it. */
  String event(MultiMap headers) {
    String event = first(headers, eventHeaders);
    return event == null ? "push" : shortened(event, LONGEST_EVENT);
  }

  /** The delivery's id as the sender gave it; null: it gives none. */
  @Nullable String deliveryId(MultiMap headers) {
    String id = first(headers, idHeaders);
    return id == null ? null : shortened(id, LONGEST_ID);
  }

  /**
   * Whether a body tells when it was sent, so that the same one never comes twice with another
   * meaning. Their signatures do not cover the delivery's id, so a body that was listened in on
   * could be sent again under a new one.
   */
  boolean bodiesAreUnique() {
    return this == GITHUB || this == GITEA || this == REGISTRY;
  }

  private static @Nullable String first(MultiMap headers, List<String> names) {
    for (String name : names) {
      String value = headers.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }

  private static String shortened(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) : text;
  }
}
