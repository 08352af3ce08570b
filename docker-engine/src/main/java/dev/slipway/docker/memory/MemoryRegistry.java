package dev.slipway.docker.memory;

import dev.slipway.docker.RegistryAuth;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The registry from which all nodes of the twin fetch: by tag and by digest. */
final class MemoryRegistry {
  private final Map<String, Kept> images = new LinkedHashMap<>();
  private @Nullable RegistryAuth wanted;

  /** An image and the digest it is kept under. */
  record Kept(String digest, MemoryImage image) {}

  synchronized String publish(String reference, MemoryImage image) {
    var digest = "sha256:" + Ids.fresh(64);
    var kept = new Kept(digest, image);
    images.put(reference, kept);
    images.put(repository(reference) + "@" + digest, kept);
    return digest;
  }

  static String repository(String reference) {
    var end = reference.indexOf('@');
    if (end < 0) {
      end =
          reference.lastIndexOf(':') > reference.lastIndexOf('/') ? reference.lastIndexOf(':') : -1;
    }
    return end < 0 ? reference : reference.substring(0, end);
  }

  synchronized void forget(String reference) {
    images.remove(reference);
  }

  synchronized void wants(@Nullable RegistryAuth credentials) {
    wanted = credentials;
  }

  synchronized boolean admits(@Nullable RegistryAuth credentials) {
    return wanted == null || wanted.equals(credentials);
  }

  /** Null when there is none, or not for whoever asks. */
  synchronized @Nullable Kept get(String reference, @Nullable RegistryAuth credentials) {
    return admits(credentials) ? images.get(reference) : null;
  }
}
