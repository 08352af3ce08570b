package dev.slipway.backup.stream;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backup's content. See {@link Opener#open} for what it promises and throws. */
public final class OpenedBackup extends InputStream {
  private final InputStream plain;
  private final Body body;
  private final Optional<String> keyId;
  private final Meter meter = new Meter();
  private @Nullable Digest digest;
  private @Nullable RuntimeException failure;

  OpenedBackup(InputStream plain, Body body, Optional<String> keyId) {
    this.plain = plain;
    this.body = body;
    this.keyId = keyId;
  }

  /** The key it was sealed under; empty when it was only compressed. */
  public Optional<String> keyId() {
    return keyId;
  }

  /** How many bytes of the content were read. */
  public long count() {
    return meter.size();
  }

  /**
   * What the content was.
   *
   * @throws IllegalStateException before its end was read
   */
  public Digest digest() {
    if (digest == null) {
      throw new IllegalStateException("not read to its end");
    }
    return digest;
  }

  /** Reads what is left and leaves it away: proves a backup without using it. */
  public Digest readToEnd() {
    byte[] buffer = new byte[128 << 10];
    while (read(buffer, 0, buffer.length) >= 0) {
      // only the proof counts
    }
    return digest();
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (failure != null) {
      throw failure;
    }
    if (digest != null) {
      return -1;
    }
    try {
      int read = plain.read(bytes, offset, count);
      if (read < 0) {
        end();
      } else {
        meter.add(bytes, offset, read);
      }
      return read;
    } catch (IOException e) {
      throw failed(undecodable(e));
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  private void end() {
    if (body.drain()) {
      throw Refusals.corrupt("something follows its content");
    }
    digest = meter.digest();
  }

  /** What is cut off may look like anything; only the file's end tells it from a changed one. */
  private RuntimeException undecodable(IOException cause) {
    try {
      body.drain();
      return Refusals.corrupt("its content cannot be read although its checksum fits", cause);
    } catch (Problem judged) {
      judged.addSuppressed(cause);
      return judged;
    }
  }

  // who reads on after a failure must not find an end
  private RuntimeException failed(RuntimeException cause) {
    failure = cause;
    return cause;
  }

  @Override
  public void close() throws IOException {
    plain.close();
    body.close();
  }
}
