package dev.slipway.runtime.node;

import dev.slipway.docker.OutputHandler;
import dev.slipway.docker.OutputKind;
import dev.slipway.platform.logs.SecretMask;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of what a command prints, secrets masked; the rest is only counted. */
final class BoundedOutput implements OutputHandler {
  private final int most;
  private final SecretMask mask;
  private final int room;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private long printed;

  /**
   * An output that keeps so many bytes, and room for a secret that begins before their end: cut in
   * two it would not be known for one.
   */
  BoundedOutput(int most, SecretMask mask) {
    this.most = most;
    this.mask = mask;
    this.room = most + mask.longest();
  }

  @Override
  public void frame(OutputKind kind, byte[] bytes, int offset, int length) {
    printed += length;
    kept.write(bytes, offset, Math.min(length, room - kept.size()));
  }

  /** What was printed, as far as it is kept. */
  String text() {
    String raw = kept.toString(StandardCharsets.UTF_8);
    byte[] masked = mask.mask(raw).getBytes(StandardCharsets.UTF_8);
    int whole = printed > kept.size() ? masked.length - mask.longest() : masked.length;
    int end = Math.clamp(whole, 0, most);
    while (end > 0 && end < masked.length && (masked[end] & 0xC0) == 0x80) {
      end--; // not in the middle of a character
    }
    return new String(masked, 0, end, StandardCharsets.UTF_8);
  }

  /** How many bytes were printed beyond what is kept. */
  long dropped() {
    return Math.max(0, printed - most);
  }
}
