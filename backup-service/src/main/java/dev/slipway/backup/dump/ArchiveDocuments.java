package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the documents of a {@code mongodump --archive} while it passes. The form: a magic number;
 * a prelude of BSON documents and a terminator; then blocks of a header with {@code db}, {@code
 * collection} and {@code EOF}, documents, and a terminator. Every document begins with its length.
 */
final class ArchiveDocuments extends FilterInputStream {
  private static final int MAGIC = 0x8199e26d;
  private static final int TERMINATOR = -1;
  private static final int LARGEST = 64 << 20;
  private static final int LARGEST_HEADER = 16 << 10;

  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final ByteBuffer word = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
  private ByteBuffer header = ByteBuffer.allocate(0);
  private boolean magicSeen;
  private boolean inPrelude = true;
  private boolean headerNext;
  private boolean inHeader;
  private long left;
  private String namespace = "";

  ArchiveDocuments(InputStream in) {
    super(in);
  }

  SortedMap<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** Whether it ended between two blocks. */
  boolean whole() {
    return magicSeen && !inPrelude && headerNext && left == 0 && word.position() == 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int read = super.read(bytes, offset, count);
    int i = offset;
    while (i < offset + read) {
      i += left > 0 ? pass(bytes, i, offset + read - i) : length(bytes[i]);
    }
    return read;
  }

  private int pass(byte[] bytes, int from, int most) {
    int passed = (int) Math.min(left, most);
    if (inHeader) {
      header.put(bytes, from, passed);
    }
    left -= passed;
    if (left == 0 && inHeader) {
      inHeader = false;
      open(header.flip().order(ByteOrder.LITTLE_ENDIAN));
    }
    return passed;
  }

  private int length(byte next) {
    if (!word.put(next).hasRemaining()) {
      int value = word.getInt(0);
      word.clear();
      begin(value);
    }
    return 1;
  }

  private void begin(int value) {
    if (!magicSeen) {
      magicSeen = true;
      if (value != MAGIC) {
        throw unknown();
      }
    } else if (value == TERMINATOR) {
      headerNext = true;
      inPrelude = false;
    } else if (value < 5 || value > LARGEST) {
      throw unknown();
    } else {
      left = value - 4L;
      if (headerNext) {
        headerNext = false;
        inHeader = true;
        if (value > LARGEST_HEADER) {
          throw unknown();
        }
        header = ByteBuffer.allocate(value - 4);
      } else if (!inPrelude) {
        counts.merge(namespace, 1L, Long::sum);
      }
    }
  }

  private void open(ByteBuffer document) {
    String database = "";
    String collection = "";
    for (byte type = document.get(); type != 0; type = document.get()) {
      String name = cstring(document);
      switch (type) {
        case 0x02 -> {
          byte[] text = new byte[document.getInt()];
          document.get(text);
          String value = new String(text, 0, text.length - 1, StandardCharsets.UTF_8);
          database = name.equals("db") ? value : database;
          collection = name.equals("collection") ? value : collection;
        }
        case 0x08 -> document.get();
        case 0x10 -> document.getInt();
        case 0x12, 0x01, 0x09 -> document.getLong();
        default -> throw unknown();
      }
    }
    namespace = database + "." + collection;
    counts.putIfAbsent(namespace, 0L);
  }

  private static String cstring(ByteBuffer from) {
    var text = new StringBuilder();
    for (byte next = from.get(); next != 0; next = from.get()) {
      text.append((char) next);
    }
    return text.toString();
  }

  private static Problem unknown() {
    return Problem.failed(
        "dump_unreadable",
        "mongodump wrote something else than an archive of a known form.",
        "Take the backup with another version of MongoDB's tools; see the image of the database.");
  }
}
