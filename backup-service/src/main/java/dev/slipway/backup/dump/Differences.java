package dev.slipway.backup.dump;

import dev.slipway.contracts.backup.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares counts by name. */
final class Differences {
  private Differences() {}

  static List<String> of(Map<String, Long> wanted, Map<String, Long> found) {
    List<String> differences = new ArrayList<>();
    wanted.forEach((name, count) -> {
      Long there = found.get(name);
      if (there == null) {
        differences.add(name + ": missing, with " + count);
      } else if (!there.equals(count)) {
        differences.add(name + ": " + there + " instead of " + count);
      }
    });
    new TreeMap<>(found)
        .forEach((name, count) -> {
          if (!wanted.containsKey(name)) {
            differences.add(name + ": " + count + " that were never there");
          }
        });
    return differences;
  }

  static Manifest withCounts(
      Manifest manifest, SortedMap<String, Long> counts, SortedMap<String, String> digests) {
    return new Manifest(
        manifest.format(),
        manifest.tool(),
        manifest.serverVersion(),
        manifest.takenAt(),
        counts,
        digests,
        manifest.plainBytes(),
        manifest.plainSha256(),
        manifest.storedBytes(),
        manifest.storedSha256(),
        manifest.compression(),
        manifest.keyId(),
        manifest.tookMillis());
  }
}
