package dev.slipway.ingress.http;

import io.netty.buffer.ByteBuf;
import java.util.Locale;

/**
 * What the proxy knows of a request once its head was read, and the head as an application will get
 * it. The head's buffer belongs to whoever holds the request and must be released once.
 *
 * @param host the route's key: lower case, no port, no trailing dot
 * @param http11 false for an HTTP/1.0 client, which knows neither chunks nor 1xx
 * @param keepAlive whether the client wants the connection to stay
 * @param upgrade whether it asks to leave HTTP for another protocol
 * @param webSocket whether that protocol is WebSocket
 * @param accept what kind of error page it can read
 */
public record Request(
    Method method,
    String host,
    boolean http11,
    boolean keepAlive,
    boolean upgrade,
    boolean webSocket,
    Accept accept,
    Body body,
    ByteBuf originHead) {

  /** What matters about a method to somebody who forwards it. */
  public enum Method {
    GET,
    HEAD,
    OPTIONS,
    PUT,
    DELETE,
    TRACE,
    POST,
    PATCH,
    OTHER;

    /** Whether doing it twice is the same as doing it once. */
    public boolean idempotent() {
      return ordinal() < POST.ordinal();
    }

    static Method of(Head head, int from, int to) {
      if (to - from == 3 && head.bytes[from] == 'G' && head.bytes[from + 1] == 'E') {
        return head.bytes[from + 2] == 'T' ? GET : OTHER;
      }
      String name = head.text(from, to);
      for (Method method : values()) {
        if (method.name().equals(name) && method != OTHER) {
          return method;
        }
      }
      return OTHER;
    }
  }

  /** The form an error page takes for this client. */
  public enum Accept {
    HTML,
    JSON,
    TEXT;

    static Accept in(String value) {
      String types = value.toLowerCase(Locale.ROOT);
      if (types.contains("text/html")) {
        return HTML;
      }
      return types.contains("json") ? JSON : TEXT;
    }
  }

  /** Whether it may be sent again when an application broke off without a word. */
  public boolean repeatable() {
    return method.idempotent() && body.complete();
  }
}
