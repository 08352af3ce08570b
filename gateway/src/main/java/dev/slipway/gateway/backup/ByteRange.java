package dev.slipway.gateway.backup;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file (RFC 9110, section 14).
 *
 * @param from offset of its first byte
 * @param to offset of its last byte
 */
record ByteRange(long from, long to) {
  private static final Pattern FORM = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  /** A range that lies outside of the file. */
  static final class Unsatisfiable extends Exception {
    private static final long serialVersionUID = 1L;

    Unsatisfiable() {
      super("no such range", null, false, false);
    }
  }

  /**
   * What a {@code Range} header asks for. Empty, which means the whole file: there is none, several
   * ranges are asked for, or it is not understood.
   */
  static Optional<ByteRange> of(@Nullable String header, long size) throws Unsatisfiable {
    Matcher form = FORM.matcher(header == null ? "" : header.strip());
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (form.group(1).isEmpty()) {
      long last = Long.parseLong(form.group(2));
      if (last == 0 || size == 0) {
        throw new Unsatisfiable();
      }
      return Optional.of(new ByteRange(Math.max(0, size - last), size - 1));
    }
    long from = Long.parseLong(form.group(1));
    long to = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    if (to < from) {
      return Optional.empty();
    }
    if (from >= size) {
      throw new Unsatisfiable();
    }
    return Optional.of(new ByteRange(from, Math.min(to, size - 1)));
  }

  long length() {
    return to - from + 1;
  }

  /** As {@code Content-Range} says it. */
  String of(long size) {
    return "bytes " + from + "-" + to + "/" + size;
  }
}
