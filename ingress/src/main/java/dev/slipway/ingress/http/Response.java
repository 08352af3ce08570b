package dev.slipway.ingress.http;

import static dev.slipway.ingress.http.Peer.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The head of an application's answer, judged; and the head the client gets for it. */
public final class Response {
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
  private static final byte[] UPGRADE = ascii("Connection: upgrade\r\n");
  private static final byte[] CRLF = ascii("\r\n");
  private static final int ROOM_FOR_OURS = 64;

  private final Head head;
  private final ConnectionOptions connection = new ConnectionOptions();
  private int status;
  private boolean http11;
  private boolean chunked;
  private int lengthField = -1;
  private int keepAliveSeconds = -1;

  private Response(Head head) {
    this.head = head;
  }

  /**
   * Reads the parsed head of a response.
   *
   * @throws BadMessage when it is none, or its framing can be read in two ways
   */
  public static Response read(Head head) {
    Response response = new Response(head);
    response.statusLine();
    for (int i = 0; i < head.count; i++) {
      if (head.fields[i] != Field.OTHER) {
        response.note(i);
      }
    }
    if (response.chunked && response.lengthField >= 0) {
      throw new BadMessage(502, "Content-Length and Transfer-Encoding contradict each other");
    }
    return response;
  }

  private void statusLine() {
    byte[] b = head.bytes;
    int at = head.startFrom;
    boolean shaped =
        head.startTo - at >= 12
            && head.text(at, at + 7).equals("HTTP/1.")
            && b[at + 8] == ' '
            && (head.startTo - at == 12 || b[at + 12] == ' ');
    status = shaped ? digit(b[at + 9]) * 100 + digit(b[at + 10]) * 10 + digit(b[at + 11]) : 0;
    if (status < 100 || status > 999) {
      throw new BadMessage(502, "The answer does not begin with an HTTP/1.1 status line");
    }
    http11 = b[at + 7] != '0';
  }

  private static int digit(byte b) {
    return b >= '0' && b <= '9' ? b - '0' : -1000;
  }

  private void note(int i) {
    switch (head.fields[i]) {
      case CONNECTION -> connection.add(head, i);
      case KEEP_ALIVE -> keepAliveSeconds = timeout(head.value(i));
      case TRANSFER_ENCODING -> {
        if (chunked || !head.valueIs(i, "chunked")) {
          throw new BadMessage(502, "The answer's transfer encoding is not just 'chunked'");
        }
        chunked = true;
      }
      case CONTENT_LENGTH -> {
        if (lengthField >= 0) {
          throw new BadMessage(502, "The answer has more than one Content-Length");
        }
        lengthField = i;
      }
      default -> {}
    }
  }

  private static int timeout(String keepAlive) {
    int at = keepAlive.indexOf("timeout=");
    int seconds = -1;
    for (int i = at + 8; at >= 0 && i < keepAlive.length(); i++) {
      int digit = Character.digit(keepAlive.charAt(i), 10);
      if (digit < 0 || seconds > 100_000) {
        break;
      }
      seconds = Math.max(seconds, 0) * 10 + digit;
    }
    return seconds;
  }

  public int status() {
    return status;
  }

  /** 100, 103 …: the answer proper is still to come. 101 is an answer of its own. */
  public boolean interim() {
    return status < 200 && status != 101;
  }

  /** Whether the application will read another request on this connection. */
  public boolean keepsConnection() {
    return http11 ? !connection.close : connection.keepAlive;
  }

  /** Seconds it said it keeps an idle connection, or -1. */
  public int keepAliveSeconds() {
    return keepAliveSeconds;
  }

  /** The body that follows, for an answer to this method. */
  public Body body(Request.Method method) {
    if (method == Request.Method.HEAD || bodiless()) {
      return Body.none();
    }
    if (chunked) {
      return Body.chunked();
    }
    return lengthField < 0 ? Body.untilClose() : Body.ofLength(head.length(lengthField));
  }

  private boolean bodiless() {
    return status < 200 || status == 204 || status == 304;
  }

  /**
   * Writes the head for the client.
   *
   * @param framed the body will be sent in chunks
   * @param last the client's connection ends with this answer
   * @param http11 false: the client must be told that its connection stays
   * @param reserve bytes of body the caller will append to the same buffer
   */
  public ByteBuf toClient(
      ByteBufAllocator allocator, boolean framed, boolean last, boolean http11, int reserve) {
    int size = ROOM_FOR_OURS + reserve + head.startTo - head.startFrom;
    if (head.count > 0) {
      size += head.valueTo[head.count - 1] - head.startTo;
    }
    ByteBuf out = allocator.directBuffer(size);
    // Our own version: an application that speaks HTTP/1.0 is not the client's concern.
    out.writeBytes(VERSION)
        .writeBytes(head.bytes, head.startFrom + 8, head.startTo - head.startFrom - 8);
    out.writeBytes(CRLF);
    copyEndToEnd(out);
    if (framed) {
      out.writeBytes(CHUNKED);
    }
    if (status == 101) {
      out.writeBytes(UPGRADE);
    } else if (last) {
      out.writeBytes(CLOSE);
    } else if (!http11) {
      out.writeBytes(KEEP_ALIVE);
    }
    return out.writeBytes(CRLF);
  }

  private static final byte[] VERSION = ascii("HTTP/1.1");

  private void copyEndToEnd(ByteBuf out) {
    int runFrom = -1;
    for (int i = 0; i < head.count; i++) {
      boolean goes = passes(i);
      if (goes && runFrom < 0) {
        runFrom = head.nameFrom[i];
      } else if (!goes && runFrom >= 0) {
        out.writeBytes(head.bytes, runFrom, head.nameFrom[i] - runFrom);
        runFrom = -1;
      }
    }
    if (runFrom >= 0) {
      out.writeBytes(head.bytes, runFrom, head.valueTo[head.count - 1] - runFrom);
      out.writeBytes(CRLF);
    }
  }

  private boolean passes(int i) {
    return switch (head.fields[i]) {
      case CONTENT_LENGTH -> status >= 200 && status != 204;
      case UPGRADE -> status == 101;
      case OTHER -> !connection.drops(head, i);
      case HOST, TE, ACCEPT, EXPECT, FORWARDED, X_REAL_IP, X_FORWARDED, HTTP2_SETTINGS -> true;
      case CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          TRANSFER_ENCODING ->
          false;
    };
  }
}
