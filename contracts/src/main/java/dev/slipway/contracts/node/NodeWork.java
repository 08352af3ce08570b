package dev.slipway.contracts.node;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the operator wants of a host and is not done yet.
 *
 * @param forced also where data or traffic suffers
 * @param actor who wants it
 * @param since when it was asked for
 * @param waitingFor what it waits for, in a sentence; null before anybody has begun
 */
public record NodeWork(
    Kind kind, boolean forced, String actor, Instant since, @Nullable String waitingFor) {

  /** What is wanted. */
  public enum Kind {
    /** Tasks are to run on it again. */
    ACTIVATE,
    /** It keeps what runs and gets nothing new. */
    PAUSE,
    /** Nothing is to run on it. */
    DRAIN,
    /** It is drained, then it leaves the Swarm. */
    REMOVE;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** How one comes to that availability. */
    public static Kind to(NodeAvailability wanted) {
      return switch (wanted) {
        case ACTIVE -> ACTIVATE;
        case PAUSE -> PAUSE;
        case DRAIN -> DRAIN;
      };
    }
  }
}
