package dev.slipway.backup.dump;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts the rows of a dump by {@code mariadb-dump} or {@code mysqldump} while it passes. It knows
 * what those write and no more: statements begin lines, texts are in single quotes with a backslash
 * before what would end them or a line, and routines stand between lines that change the delimiter.
 */
final class SqlRows extends FilterInputStream {
  private static final String INSERT = "INSERT INTO `";
  private static final String CREATE = "CREATE TABLE `";
  private static final String DELIMITER = "DELIMITER ";
  private static final String COMPLETED = "-- Dump completed";
  private static final List<String> TOOLS = List.of("-- MySQL dump ", "-- MariaDB dump ");
  private static final int LONGEST_HEAD = 600;

  private enum At {
    LINE_HEAD,
    LINE_REST,
    VALUES,
    TUPLE,
    TEXT,
    ESCAPED
  }

  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final ByteArrayOutputStream head = new ByteArrayOutputStream();
  private At at = At.LINE_HEAD;
  private boolean inRoutine;
  private boolean completed;
  private String table = "";
  private String tool = "";
  private long rows;

  SqlRows(InputStream in) {
    super(in);
  }

  /** Rows by table, of each that the dump makes. */
  SortedMap<String, Long> counts() {
    return new TreeMap<>(counts);
  }

  /** What the dump calls the tool that writes it, and its version; empty when it does not. */
  String tool() {
    return tool;
  }

  /** Whether the last line says that it is complete. */
  boolean completed() {
    return completed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int read = super.read(bytes, offset, count);
    for (int i = offset; i < offset + read; i++) {
      see(bytes[i]);
    }
    return read;
  }

  private void see(byte next) {
    switch (at) {
      case LINE_HEAD -> inHead(next);
      case LINE_REST -> at = next == '\n' ? At.LINE_HEAD : At.LINE_REST;
      case VALUES -> betweenRows(next);
      case TUPLE -> at = next == '\'' ? At.TEXT : next == ')' ? At.VALUES : At.TUPLE;
      case TEXT -> at = next == '\\' ? At.ESCAPED : next == '\'' ? At.TUPLE : At.TEXT;
      case ESCAPED -> at = At.TEXT;
    }
  }

  private void betweenRows(byte next) {
    if (next == '(') {
      rows++;
      at = At.TUPLE;
    } else if (next == ';') {
      counts.merge(table, rows, Long::sum);
      at = At.LINE_REST;
    }
  }

  private void inHead(byte next) {
    if (next == '\n') {
      judge(head.toString(StandardCharsets.UTF_8));
      head.reset();
      return;
    }
    head.write(next);
    int length = head.size();
    if (length == INSERT.length() && !interesting()) {
      head.reset();
      at = At.LINE_REST;
    } else if (length > 6 && next == 'S' && startsInsert() && !inRoutine) {
      String line = head.toString(StandardCharsets.UTF_8);
      int end = endOfName(line, INSERT.length());
      if (end > 0 && line.endsWith(" VALUES") && outsideNames(line, end)) {
        table = line.substring(INSERT.length(), end).replace("``", "`");
        rows = 0;
        head.reset();
        at = At.VALUES;
      }
    } else if (length > LONGEST_HEAD && !startsInsert()) {
      judge(head.toString(StandardCharsets.UTF_8));
      head.reset();
      at = At.LINE_REST;
    }
  }

  private boolean interesting() {
    String line = head.toString(StandardCharsets.UTF_8);
    return line.equals(INSERT)
        || CREATE.startsWith(line)
        || line.startsWith(DELIMITER)
        || COMPLETED.startsWith(line)
        || TOOLS.stream().anyMatch(named -> named.startsWith(line));
  }

  private boolean startsInsert() {
    return head.size() > INSERT.length()
        && head.toString(StandardCharsets.UTF_8).startsWith(INSERT);
  }

  /** Index of the backtick that ends a name; 0 when it has not ended. */
  private static int endOfName(String line, int from) {
    for (int i = from; i < line.length(); i++) {
      if (line.charAt(i) == '`') {
        if (i + 1 < line.length() && line.charAt(i + 1) == '`') {
          i++;
        } else {
          return i;
        }
      }
    }
    return 0;
  }

  private static boolean outsideNames(String line, int from) {
    return line.substring(from + 1).chars().filter(c -> c == '`').count() % 2 == 0;
  }

  /** A whole line, or the beginning of a long one, that is no insert. */
  private void judge(String line) {
    if (line.startsWith(DELIMITER)) {
      inRoutine = !line.substring(DELIMITER.length()).strip().equals(";");
    } else if (!inRoutine && line.startsWith(COMPLETED)) {
      completed = true;
    } else if (tool.isEmpty() && TOOLS.stream().anyMatch(line::startsWith)) {
      tool = line.substring(3).strip();
    } else if (!inRoutine && line.startsWith(CREATE)) {
      int end = endOfName(line, CREATE.length());
      if (end > 0) {
        counts.putIfAbsent(line.substring(CREATE.length(), end).replace("``", "`"), 0L);
      }
    }
  }
}
