package dev.slipway.backup.content;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.destination.Stored;
import dev.slipway.contracts.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A destination in memory that can be out of order. */
public final class MemoryDestination implements Destination {
  /** What lies there. */
  public final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();

  /** What is wrong with it; null: nothing. */
  public volatile @Nullable Problem trouble;

  @Override
  public Stored write(String key, InputStream content) {
    requireOrder();
    try {
      byte[] bytes = content.readAllBytes();
      objects.put(key, bytes);
      return stored(key, bytes, Optional.of(sha256(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream read(String key, long from, long length) {
    requireOrder();
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      throw new Problem(
          404, "object_missing", "Missing", "Nothing is there.", "Look.", List.of(), null);
    }
    long to = length < 0 ? bytes.length : Math.min(bytes.length, from + length);
    return new ByteArrayInputStream(Arrays.copyOfRange(bytes, (int) from, (int) to));
  }

  @Override
  public Optional<Stored> look(String key) {
    return Optional.ofNullable(objects.get(key)).map(bytes -> stored(key, bytes, Optional.empty()));
  }

  @Override
  public List<Stored> list(String prefix) {
    return objects.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> stored(entry.getKey(), entry.getValue(), Optional.empty()))
        .toList();
  }

  @Override
  public void remove(String key) {
    requireOrder();
    objects.remove(key);
  }

  @Override
  public void check() {
    requireOrder();
  }

  @Override
  public void close() {
    // Whoever opens it again finds the same objects.
  }

  private void requireOrder() {
    Problem wrong = trouble;
    if (wrong != null) {
      throw wrong;
    }
  }

  private static Stored stored(String key, byte[] bytes, Optional<String> sha256) {
    return new Stored(key, bytes.length, sha256, Instant.now());
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
