package dev.slipway.backup.dump;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a server holds.
 *
 * @param counts by the same names as a manifest's
 * @param digests by the same names as a manifest's; may be empty
 */
public record Restored(SortedMap<String, Long> counts, SortedMap<String, String> digests) {
  public Restored {
    counts = new TreeMap<>((Map<String, Long>) counts);
    digests = new TreeMap<>((Map<String, String>) digests);
  }

  static Restored of(SortedMap<String, Long> counts) {
    return new Restored(counts, new TreeMap<>());
  }
}
