package dev.slipway.runtime.logs;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;

/** What is said in a log about lines that nobody could count. */
final class Losses {
  private Losses() {}

  /** The engine keeps only so much of what a container prints. */
  static String rotated(String container, String release, long fromNanos, long toNanos) {
    return ("Lines that replica %s (%s) printed between %s and %s may be lost: the engine keeps"
            + " only its newest output, and had dropped these before they were read.")
        .formatted(Positions.shortId(container), release, time(fromNanos), time(toNanos));
  }

  /** A container's output goes with it. */
  static String removed(String container, long afterNanos) {
    return ("Replica %s was removed while nobody read its output: what it printed after %s cannot"
            + " be read any more.")
        .formatted(container, time(afterNanos));
  }

  /** A node's containers cannot be read while it is away. */
  static String node(String name, Map<String, Long> replicas) {
    String each =
        replicas.entrySet().stream()
            .map(replica -> replica.getKey() + " after " + time(replica.getValue()))
            .collect(Collectors.joining(", "));
    return ("Node %s was lost: what its replicas printed cannot be read (%s), unless the node comes"
            + " back.")
        .formatted(name, each);
  }

  private static Instant time(long nanos) {
    return Instant.ofEpochSecond(nanos / 1_000_000_000, nanos % 1_000_000_000)
        .truncatedTo(ChronoUnit.MILLIS);
  }
}
