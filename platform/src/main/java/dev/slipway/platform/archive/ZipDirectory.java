package dev.slipway.platform.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Counts the entries of a zip without keeping them: whoever reads one keeps them all, and ten
 * million fit into an archive of modest size.
 */
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int ENTRY = 0x02014b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int ENTRY_BYTES = 46;
  private static final int LONGEST_COMMENT = 0xffff;

  private final FileChannel file;
  private final ByteBuffer window = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
  private long windowAt;

  private ZipDirectory(FileChannel file) {
    this.file = file;
    window.limit(0);
  }

  /** How many entries follow each other in the directory; counting stops beyond the limit. */
  static int entries(Path archive, int limit) throws IOException {
    try (var file = FileChannel.open(archive, StandardOpenOption.READ)) {
      return new ZipDirectory(file).count(limit);
    }
  }

  private int count(int limit) throws IOException {
    long at = begin();
    int count = 0;
    while (count <= limit && has(at, ENTRY_BYTES) && number(at) == ENTRY) {
      count++;
      at += ENTRY_BYTES + half(at + 28) + half(at + 30) + half(at + 32);
    }
    return count;
  }

  private long begin() throws IOException {
    long last = file.size() - END_BYTES;
    long first = Math.max(0, last - LONGEST_COMMENT);
    for (long at = last; at >= first; at--) {
      if (has(at, END_BYTES) && number(at) == END) {
        return begin(at);
      }
    }
    throw Refusals.unreadable("its directory is missing", null);
  }

  // archives may have something before them: sizes are counted back from the end
  private long begin(long end) throws IOException {
    long locator = end - LOCATOR_BYTES;
    if (locator >= 0 && has(locator, LOCATOR_BYTES) && number(locator) == LOCATOR_64) {
      long big = wide(locator + 8);
      if (has(big, 56) && number(big) == END_64) {
        return wide(big + 48);
      }
    }
    if (!has(end, END_BYTES)) {
      throw Refusals.unreadable("its directory is missing", null);
    }
    long size = number(end + 12) & 0xffffffffL;
    long offset = number(end + 16) & 0xffffffffL;
    long counted = end - size;
    return has(counted, 4) && number(counted) == ENTRY ? counted : offset;
  }

  private boolean has(long at, int bytes) throws IOException {
    if (at < 0 || at + bytes > file.size()) {
      return false;
    }
    if (at < windowAt || at + bytes > windowAt + window.limit()) {
      // backwards in the search for the end, forwards in the directory
      windowAt = at < windowAt ? Math.max(0, at + bytes - window.capacity()) : at;
      window.clear();
      while (window.hasRemaining() && file.read(window, windowAt + window.position()) > 0) {
        continue;
      }
      window.flip();
    }
    return true;
  }

  private int number(long at) {
    return window.getInt((int) (at - windowAt));
  }

  private int half(long at) {
    return window.getShort((int) (at - windowAt)) & 0xffff;
  }

  private long wide(long at) {
    return window.getLong((int) (at - windowAt));
  }
}
