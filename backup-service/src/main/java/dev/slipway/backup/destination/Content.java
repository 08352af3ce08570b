package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What is written, counted and hashed as it is read. Its failures are never an {@link IOException}:
 * that would look like one of the place it is written to.
 */
final class Content {
  private final InputStream content;
  private final MessageDigest sha256 = digest("SHA-256");
  private long size;

  Content(InputStream content) {
    this.content = content;
  }

  /**
   * Reads until the buffer is full or the content ends.
   *
   * @return how many bytes, fewer than asked for only at the end
   * @throws Problem {@code source_failed}
   */
  int read(byte[] buffer, int count) {
    try {
      int read = content.readNBytes(buffer, 0, count);
      sha256.update(buffer, 0, read);
      size += read;
      return read;
    } catch (IOException e) {
      throw Failures.source(e);
    }
  }

  long size() {
    return size;
  }

  /** The hash of all that was read; once. */
  String sha256() {
    return HexFormat.of().formatHex(sha256.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
