package dev.slipway.backup.stream;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Counts and hashes bytes. */
final class Meter {
  private final MessageDigest sha256;
  private long size;

  Meter() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void add(byte[] bytes, int offset, int count) {
    sha256.update(bytes, offset, count);
    size += count;
  }

  long size() {
    return size;
  }

  /** What was added so far. */
  Digest digest() {
    try {
      var soFar = (MessageDigest) sha256.clone();
      return new Digest(size, HexFormat.of().formatHex(soFar.digest()));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("Java's own SHA-256 can be copied", e);
    }
  }

  /** Adds what passes to this stream, and leaves it open when it is closed itself. */
  OutputStream before(OutputStream next) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) throws IOException {
        next.write(bytes, offset, count);
        add(bytes, offset, count);
      }
    };
  }
}
