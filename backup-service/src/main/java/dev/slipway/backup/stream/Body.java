package dev.slipway.backup.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * What lies between a backup's head and its end. It ends only when the end is there and fits what
 * was read: otherwise it throws.
 */
final class Body extends InputStream {
  private static final int BUFFER = 256 << 10;

  private final InputStream stored;
  private final Meter meter = new Meter();
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private boolean ended;

  Body(InputStream stored, byte[] head) {
    this.stored = stored;
    meter.add(head, 0, head.length);
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    int there = available();
    if (there == 0 && !ended) {
      there = fill();
    }
    if (there == 0) {
      return -1;
    }
    int read = Math.min(count, there);
    System.arraycopy(buffer, position, bytes, offset, read);
    meter.add(bytes, offset, read);
    position += read;
    return read;
  }

  /** The last bytes are held back: they may be the end. */
  @Override
  public int available() {
    return Math.max(0, limit - position - BackupFormat.END_BYTES);
  }

  private int fill() {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    while (available() == 0) {
      int read = readStored();
      if (read < 0) {
        BackupFormat.checkEnd(Arrays.copyOf(buffer, limit), meter.digest());
        ended = true;
        return 0;
      }
      limit += read;
    }
    return available();
  }

  private int readStored() {
    try {
      return stored.read(buffer, limit, buffer.length - limit);
    } catch (IOException e) {
      throw Refusals.unreadable(e);
    }
  }

  /** Reads on to the end, which is judged; whether there was anything. */
  boolean drain() {
    byte[] rest = new byte[8 << 10];
    boolean any = false;
    while (read(rest, 0, rest.length) >= 0) {
      any = true;
    }
    return any;
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
