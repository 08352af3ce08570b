package dev.slipway.platform.logs;

import dev.slipway.platform.bus.Json;
import java.util.EnumMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From the bytes of one source to encoded lines: framed, cleaned, masked, levelled, numbered. */
final class SourceLines implements LineFramer.Lines {
  /** A longer line is cut into pieces, all but the first marked {@code "continued":true}. */
  static final int LONGEST_LINE = 16 * 1024;

  /** A secret longer than this may show a part where an overlong line is cut. */
  private static final int LONGEST_SECRET = 8 * 1024;

  private final LogStream stream;
  private final EnumMap<LogLevel, byte[]> middles = new EnumMap<>(LogLevel.class);
  private final @Nullable LogLevel level;
  private final LineFramer framer;
  private final LineEncoder.Text text = new LineEncoder.Text();
  private byte[] scratch = new byte[0];
  private long epochMillis;
  private int pieces;
  private int sinceMark;
  private int known;

  SourceLines(
      LogStream stream, LogChannel channel, @Nullable String step, @Nullable LogLevel level) {
    this.stream = stream;
    this.level = level;
    this.framer = new LineFramer(LONGEST_LINE + LONGEST_SECRET, this);
    String named = step == null ? "" : ",\"step\":" + Json.text(step);
    for (LogLevel each : LogLevel.values()) {
      String middle =
          "\",\"stream\":\"%s\"%s,\"level\":\"%s\",\"line\":\""
              .formatted(channel.wire(), named, each.wire());
      middles.put(each, LineEncoder.ascii(middle));
    }
  }

  private byte[] middle(LogLevel guess) {
    return Objects.requireNonNull(middles.get(guess));
  }

  void write(byte[] bytes, int offset, int length, long printedAt) {
    stream.write(() -> {
      epochMillis = printedAt;
      framer.write(bytes, offset, length);
    });
  }

  void end() {
    stream.write(framer::end);
  }

  int sinceMark() {
    return Math.max(sinceMark, known);
  }

  void mark() {
    sinceMark = 0;
    known = 0;
  }

  void again(int alreadyWritten) {
    framer.forget();
    pieces = 0;
    sinceMark = 0;
    known = alreadyWritten;
  }

  @Override
  public void line(byte[] bytes, int offset, int length, int traits) {
    text.bytes = bytes;
    text.offset = offset;
    text.length = length;
    text.traits = traits;
    boolean rubbish = (traits & LineFramer.RUBBISH) != 0;
    SecretMask mask = stream.mask();
    if (rubbish || mask.holdsSecret(bytes, offset, length)) {
      copyToScratch();
      text.length = rubbish ? TerminalText.clean(scratch, text.length) : text.length;
      text.length = mask.mask(scratch, text.length);
      text.traits = LineFramer.traitsOf(scratch, 0, text.length);
    }
    while (text.length > LONGEST_LINE) {
      emitPiece(cut(text.bytes, text.offset, LONGEST_LINE));
    }
    emitPiece(text.length);
    pieces = 0;
  }

  /**
   * Writes the first {@code length} bytes of the text as a piece of a line, and steps over them.
   */
  private void emitPiece(int length) {
    int whole = text.length;
    text.length = length;
    if (sinceMark++ >= known) {
      LogLevel guess = level != null ? level : LevelGuess.of(text.bytes, text.offset, length);
      stream.add(epochMillis, middle(guess), text, pieces > 0);
    }
    pieces++;
    text.offset += length;
    text.length = whole - length;
  }

  /**
   * Cleaned and masked before it is cut, with the length of a secret held back, so that no secret
   * is cut in two and shown in halves.
   */
  @Override
  public int overlong(byte[] bytes, int length, int traits) {
    SecretMask mask = stream.mask();
    int clean = mask.mask(bytes, TerminalText.clean(bytes, length));
    int holdBack = Math.min(Math.max(mask.longest() - 1, 0), LONGEST_SECRET);
    if (clean - holdBack <= LONGEST_LINE / 2) {
      return clean;
    }
    int piece = cut(bytes, 0, Math.min(LONGEST_LINE, clean - holdBack));
    text.bytes = bytes;
    text.offset = 0;
    text.length = piece;
    text.traits = LineFramer.traitsOf(bytes, 0, piece);
    emitPiece(piece);
    System.arraycopy(bytes, piece, bytes, 0, clean - piece);
    return clean - piece;
  }

  /** The nearest place at or before {@code length} that does not cut a character in two. */
  private static int cut(byte[] bytes, int offset, int length) {
    int at = length;
    while (at > length - 4 && at > 1 && (bytes[offset + at] & 0xc0) == 0x80) {
      at--;
    }
    return at;
  }

  private void copyToScratch() {
    if (scratch.length < text.length) {
      scratch = new byte[Math.max(text.length, 1024)];
    }
    System.arraycopy(text.bytes, text.offset, scratch, 0, text.length);
    text.bytes = scratch;
    text.offset = 0;
  }
}
