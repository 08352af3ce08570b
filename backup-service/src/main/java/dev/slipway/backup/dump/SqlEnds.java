package dev.slipway.backup.dump;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Remembers how a text of statements begins and ends. The tools write a comment at both ends,
 * unless they were told to write none.
 */
final class SqlEnds extends FilterInputStream {
  private static final int HELD = 4096;
  private static final Pattern BEGINS =
      Pattern.compile("^-- (MariaDB|MySQL) dump ", Pattern.MULTILINE);
  private static final Pattern ENDS = Pattern.compile("^-- Dump completed", Pattern.MULTILINE);

  private final byte[] first = new byte[HELD];
  private final byte[] last = new byte[HELD];
  private int firstHeld;
  private int lastHeld;

  SqlEnds(InputStream in) {
    super(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int read = super.read(bytes, offset, count);
    if (read > 0) {
      int begin = Math.min(read, HELD - firstHeld);
      System.arraycopy(bytes, offset, first, firstHeld, begin);
      firstHeld += begin;
      remember(bytes, offset, read);
    }
    return read;
  }

  private void remember(byte[] bytes, int offset, int read) {
    int fresh = Math.min(read, HELD);
    int kept = Math.min(lastHeld, HELD - fresh);
    System.arraycopy(last, lastHeld - kept, last, 0, kept);
    System.arraycopy(bytes, offset + read - fresh, last, kept, fresh);
    lastHeld = kept + fresh;
  }

  /** Whether it has the one comment and not the other. */
  boolean cutOff() {
    return BEGINS.matcher(text(first, firstHeld)).find()
        && !ENDS.matcher(text(last, lastHeld)).find();
  }

  private static String text(byte[] bytes, int length) {
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** Read, because all of it is to be seen. */
  @Override
  public long skip(long count) throws IOException {
    return Math.max(0, read(new byte[(int) Math.clamp(count, 0, HELD)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
