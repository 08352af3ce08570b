package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A Redis snapshot as it comes from {@code redis-cli --rdb -}, which puts a mark of 40 bytes behind
 * it when the server does not know the length in advance. The mark is left away and the snapshot's
 * own checksum is looked at: its end counts only when the snapshot ends there.
 */
final class RdbStream extends InputStream {
  private static final int MARK = 40;
  private static final int CHECKSUM = 8;
  private static final int HELD = MARK + CHECKSUM + 1;
  private static final byte LAST = (byte) 0xff;
  private static final int BUFFER = 128 << 10;

  private final InputStream in;
  private final Crc64 seen = new Crc64();
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private boolean ended;
  private volatile boolean begun;
  private volatile boolean whole;

  RdbStream(InputStream in) {
    this.in = in;
  }

  /** Whether its first bytes have come: the server has made its snapshot. */
  boolean begun() {
    return begun;
  }

  /** Whether it ended where a snapshot ends. */
  boolean whole() {
    return whole;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    while (!ended && limit - position <= HELD) {
      fill();
    }
    int free = ended ? limit - position : limit - position - HELD;
    if (free == 0) {
      return -1;
    }
    int read = Math.min(free, count);
    System.arraycopy(buffer, position, bytes, offset, read);
    if (!ended) {
      seen.add(buffer, position, read);
    }
    position += read;
    return read;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    int read = in.read(buffer, limit, buffer.length - limit);
    if (read < 0) {
      ended = true;
      judge();
    } else {
      begun |= read > 0;
      limit += read;
    }
  }

  /** The end is with the mark or without it; a checksum of nothing but zeroes was switched off. */
  private void judge() {
    byte[] rest = Arrays.copyOfRange(buffer, position, limit);
    if (endsAt(rest, rest.length - CHECKSUM)) {
      whole = true;
    } else if (endsAt(rest, rest.length - CHECKSUM - MARK)) {
      whole = true;
      limit -= MARK;
    }
  }

  private boolean endsAt(byte[] rest, int checksumAt) {
    if (checksumAt < 1 || rest[checksumAt - 1] != LAST) {
      return false;
    }
    long written = ByteBuffer.wrap(rest).order(ByteOrder.LITTLE_ENDIAN).getLong(checksumAt);
    var crc = seen.copy();
    crc.add(rest, 0, checksumAt);
    return written == 0 || written == crc.value();
  }

  void mustBeWhole() {
    if (!whole) {
      throw Problem.failed(
          "dump_truncated",
          "The snapshot does not end as one: it was cut off, or its checksum does not fit.",
          "See in the server's log whether it broke the transfer off, then take the backup again.");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
