package dev.slipway.backup.dump;

import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The last of what somebody printed, at most 16 KiB. Safe for one writer and many readers. */
public final class Tail {
  private static final int MOST = 16 << 10;
  private final byte[] ring = new byte[MOST];
  private long written;

  /** Reads until there is no more. */
  public void readAll(InputStream from) {
    byte[] chunk = new byte[4096];
    try {
      for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
        add(chunk, read);
      }
    } catch (IOException | DockerProblem closed) {
      add("\n".getBytes(StandardCharsets.UTF_8), 1); // it was ended from outside
    }
  }

  private synchronized void add(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (written++ % MOST)] = bytes[i];
    }
  }

  public synchronized String text() {
    int length = (int) Math.min(written, MOST);
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = ring[(int) ((written - length + i) % MOST)];
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
