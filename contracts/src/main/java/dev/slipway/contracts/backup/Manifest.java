package dev.slipway.contracts.backup;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was taken, told by the source itself: a restored copy is compared with it.
 *
 * @param format of the plain bytes: {@code pg_dump-custom}, {@code mariadb-dump}, {@code
 *     mongodump-archive}, {@code redis-rdb}, {@code tar}, …
 * @param tool name and version of what wrote them
 * @param serverVersion of the source, as it tells it itself
 * @param takenAt the moment the content is of
 * @param counts rows per table ({@code schema.table}), keys per database ({@code db0}), documents
 *     per collection, bytes and files of a volume
 * @param digests further proof by the same names, such as hashes of files; may be empty
 * @param plainBytes the size before compression
 * @param plainSha256 of those bytes, hex
 * @param storedBytes the size of what lies at the destination
 * @param storedSha256 of that, hex
 * @param compression {@code zstd} or {@code none}
 * @param keyId what it is encrypted with; null: it is not
 * @param tookMillis from the tool's start to the object's end
 */
public record Manifest(
    String format,
    String tool,
    String serverVersion,
    Instant takenAt,
    SortedMap<String, Long> counts,
    SortedMap<String, String> digests,
    long plainBytes,
    String plainSha256,
    long storedBytes,
    String storedSha256,
    String compression,
    @Nullable String keyId,
    long tookMillis) {

  public Manifest {
    counts = new TreeMap<>((Map<String, Long>) counts);
    digests = new TreeMap<>((Map<String, String>) digests);
  }
}
