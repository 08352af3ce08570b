package dev.slipway.backup.dump;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a dump holds, as the source told it.
 *
 * @param tool name and version of what wrote it
 * @param serverVersion as the server tells it
 * @param takenAt the moment the content is of
 * @param counts see {@link dev.slipway.contracts.backup.Manifest#counts()}
 * @param digests further proof; may be empty
 */
public record Taken(
    String tool,
    String serverVersion,
    Instant takenAt,
    SortedMap<String, Long> counts,
    SortedMap<String, String> digests) {

  public Taken {
    counts = new TreeMap<>((Map<String, Long>) counts);
    digests = new TreeMap<>((Map<String, String>) digests);
  }
}
