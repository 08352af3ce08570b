package dev.slipway.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A webhook delivery in the inbox of its application. Its body is read apart, see {@link
 * WebhookStore#body}.
 *
 * @param senderId as the sender names it; its own id where the sender names none
 * @param headers in lower case, without secrets and signatures
 * @param attempts how often the sender delivered it, from 1
 * @param replayOf the delivery an operator asked to carry out again
 */
public record WebhookDelivery(
    String id,
    String provider,
    String senderId,
    String event,
    Map<String, String> headers,
    Conclusion conclusion,
    int attempts,
    @Nullable String replayOf,
    Instant receivedAt,
    Instant lastReceivedAt) {

  /** What came of a delivery. */
  public enum Outcome {
    /** A deployment was asked for. */
    DEPLOYED,
    /** It was understood and asks for nothing here; the reason says why. */
    IGNORED,
    /** The sender tried whether we answer. */
    PING;

    @JsonValue
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * What a delivery told and what came of it.
   *
   * @param reason why nothing was deployed, for programs; null when something was
   * @param detail the same in a sentence
   * @param commit as the sender tells it; a branch's head may be newer when it is built
   */
  public record Conclusion(
      Outcome outcome,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable String branch,
      @Nullable String tag,
      @Nullable String commit,
      @Nullable String message,
      @Nullable Instant committedAt,
      @Nullable String pusher,
      @Nullable String deploymentId) {}
}
