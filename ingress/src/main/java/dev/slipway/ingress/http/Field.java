package dev.slipway.ingress.http;

import java.nio.charset.StandardCharsets;

/**
 * The header fields a proxy has to know; everything else is {@link #OTHER} and passes untouched.
 */
enum Field {
  OTHER(""),
  TE("te"),
  HOST("host"),
  ACCEPT("accept"),
  EXPECT("expect"),
  UPGRADE("upgrade"),
  FORWARDED("forwarded"),
  X_REAL_IP("x-real-ip"),
  CONNECTION("connection"),
  KEEP_ALIVE("keep-alive"),
  CONTENT_LENGTH("content-length"),
  HTTP2_SETTINGS("http2-settings"),
  PROXY_CONNECTION("proxy-connection"),
  TRANSFER_ENCODING("transfer-encoding"),
  PROXY_AUTHENTICATE("proxy-authenticate"),
  PROXY_AUTHORIZATION("proxy-authorization"),
  /** Any {@code X-Forwarded-…}. */
  X_FORWARDED("x-forwarded-");

  private static final Field[][] BY_LENGTH = byLength();

  final byte[] lowerCase;

  Field(String lowerCase) {
    this.lowerCase = lowerCase.getBytes(StandardCharsets.US_ASCII);
  }

  private static Field[][] byLength() {
    Field[][] table = new Field[20][];
    for (int length = 0; length < table.length; length++) {
      int wanted = length;
      table[length] =
          java.util.Arrays.stream(values())
              .filter(f -> f != OTHER && f != X_FORWARDED && f.lowerCase.length == wanted)
              .toArray(Field[]::new);
    }
    return table;
  }

  /**
   * Which field a name stands for. An underscore counts as a hyphen, because applications behind
   * CGI and WSGI cannot tell them apart.
   *
   * @throws BadMessage for a name that some parser takes for a framing header although it is none
   */
  static Field named(byte[] in, int from, int to) {
    int length = to - from;
    if (length < BY_LENGTH.length) {
      for (Field candidate : BY_LENGTH[length]) {
        if (matches(in, from, candidate.lowerCase, length)) {
          return framing(candidate, in, from, to);
        }
      }
      refuseAlmostFraming(in, from, length);
    }
    boolean forwarded =
        length >= X_FORWARDED.lowerCase.length
            && matches(in, from, X_FORWARDED.lowerCase, X_FORWARDED.lowerCase.length);
    return forwarded ? X_FORWARDED : OTHER;
  }

  private static Field framing(Field field, byte[] in, int from, int to) {
    boolean decides = field == CONTENT_LENGTH || field == TRANSFER_ENCODING;
    if (decides && hasUnderscore(in, from, to)) {
      throw lookalike();
    }
    return field;
  }

  /**
   * Some HTTP servers compare header names without looking at every byte (CVE-2026-102479: {@code
   * Content-Xength} is read as {@code Content-Length}). A name one letter away from a framing
   * header has no honest use, so it never reaches an application.
   */
  private static void refuseAlmostFraming(byte[] in, int from, int length) {
    if (length == CONTENT_LENGTH.lowerCase.length) {
      refuseWhenOneLetterAway(in, from, CONTENT_LENGTH);
    } else if (length == TRANSFER_ENCODING.lowerCase.length) {
      refuseWhenOneLetterAway(in, from, TRANSFER_ENCODING);
    }
  }

  private static void refuseWhenOneLetterAway(byte[] in, int from, Field field) {
    int differing = 0;
    for (int i = 0; i < field.lowerCase.length && differing < 2; i++) {
      differing += lower(in[from + i]) == field.lowerCase[i] ? 0 : 1;
    }
    if (differing < 2) {
      throw lookalike();
    }
  }

  private static BadMessage lookalike() {
    return new BadMessage(400, "A header name imitates Content-Length or Transfer-Encoding");
  }

  private static boolean hasUnderscore(byte[] in, int from, int to) {
    for (int i = from; i < to; i++) {
      if (in[i] == '_') {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] in, int from, byte[] name, int length) {
    for (int i = 0; i < length; i++) {
      byte b = lower(in[from + i]);
      if (b != name[i] && !(b == '_' && name[i] == '-')) {
        return false;
      }
    }
    return true;
  }

  static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }
}
