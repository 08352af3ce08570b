package dev.slipway.ingress.http;

import static dev.slipway.ingress.http.Peer.ascii;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Judges a request head and writes the one the application gets: hop-by-hop fields removed, the
 * forwarding fields ours. Belongs to one event loop; a new one is used for each request.
 */
public final class RequestReader {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
  private static final byte[] TE = ascii("TE: trailers\r\n");
  private static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] HTTP = ascii("http://");
  private static final int ROOM_FOR_OURS = 320;

  private final Head head;
  private final ConnectionOptions connection = new ConnectionOptions();
  private int hostField = -1;
  private int lengthField = -1;
  private int upgradeField = -1;
  private int targetFrom;
  private int targetTo;
  private boolean chunked;
  private boolean trailers;
  private boolean http11;
  private Request.Accept accept = Request.Accept.TEXT;

  private RequestReader(Head head) {
    this.head = head;
  }

  /**
   * Reads the parsed head of a request.
   *
   * @throws BadMessage when it can be read in two ways, or is no request for a site
   */
  public static Request read(Head head, Peer peer, ByteBufAllocator allocator) {
    return new RequestReader(head).read(peer, allocator);
  }

  private Request read(Peer peer, ByteBufAllocator allocator) {
    int methodTo = startLine();
    for (int i = 0; i < head.count; i++) {
      if (head.fields[i] != Field.OTHER) {
        note(i);
      }
    }
    String host = host();
    Request.Method method = Request.Method.of(head, head.startFrom, methodTo);
    Body body = body();
    boolean upgrade = upgradeField >= 0 && connection.upgrade && http11 && body.complete();
    boolean webSocket = upgrade && head.valueIs(upgradeField, "websocket");
    upgrade = upgrade && !head.valueIs(upgradeField, "h2c");
    return new Request(
        method,
        host,
        http11,
        http11 ? !connection.close : connection.keepAlive,
        upgrade,
        webSocket,
        accept,
        body,
        originHead(peer, methodTo, upgrade, allocator));
  }

  /** Checks method, target and version; returns where the method ends. */
  private int startLine() {
    int methodTo = head.startFrom;
    while (methodTo < head.startTo && Head.isToken(head.bytes[methodTo])) {
      methodTo++;
    }
    targetFrom = methodTo + 1;
    targetTo = targetFrom;
    while (targetTo < head.startTo && visible(head.bytes[targetTo])) {
      targetTo++;
    }
    boolean shaped =
        methodTo > head.startFrom
            && targetTo > targetFrom
            && head.bytes[methodTo] == ' '
            && head.startTo - targetTo == 9
            && head.text(targetTo, head.startTo).startsWith(" HTTP/");
    if (!shaped) {
      throw new BadMessage(400, "The first line is not 'METHOD target HTTP/1.1'");
    }
    version(head.bytes[head.startTo - 3], head.bytes[head.startTo - 1]);
    targetForm(methodTo);
    return methodTo;
  }

  private void version(byte major, byte minor) {
    if (major != '1' || head.bytes[head.startTo - 2] != '.' || minor < '0' || minor > '9') {
      throw new BadMessage(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
    }
    http11 = minor != '0';
  }

  private void targetForm(int methodTo) {
    byte first = head.bytes[targetFrom];
    boolean asterisk = first == '*' && targetTo - targetFrom == 1;
    if (first == '/' || asterisk && head.text(head.startFrom, methodTo).equals("OPTIONS")) {
      return;
    }
    if (head.text(head.startFrom, methodTo).equals("CONNECT")) {
      throw new BadMessage(501, "This is no forward proxy: CONNECT is not offered");
    }
    if (!startsWith(HTTP, targetFrom, targetTo)) {
      throw new BadMessage(400, "The request target is neither a path nor an http:// address");
    }
  }

  private void note(int i) {
    switch (head.fields[i]) {
      case HOST -> hostField = once(hostField, i, "Host");
      case CONTENT_LENGTH -> lengthField = once(lengthField, i, "Content-Length");
      case UPGRADE -> upgradeField = once(upgradeField, i, "Upgrade");
      case CONNECTION -> connection.add(head, i);
      case TRANSFER_ENCODING -> transferEncoding(i);
      case TE -> trailers = head.value(i).contains("trailers");
      case ACCEPT -> accept = Request.Accept.in(head.value(i));
      case EXPECT -> {
        if (!head.valueIs(i, "100-continue")) {
          throw new BadMessage(417, "The only expectation known here is 100-continue");
        }
      }
      default -> {}
    }
  }

  private static int once(int before, int now, String name) {
    if (before >= 0) {
      throw new BadMessage(400, "There is more than one " + name + " header");
    }
    return now;
  }

  private void transferEncoding(int i) {
    if (chunked) {
      throw new BadMessage(400, "There is more than one Transfer-Encoding header");
    }
    if (!head.valueIs(i, "chunked")) {
      throw new BadMessage(501, "The only transfer encoding spoken here is chunked");
    }
    chunked = true;
  }

  private Body body() {
    if (chunked && lengthField >= 0) {
      throw new BadMessage(400, "Content-Length and Transfer-Encoding contradict each other");
    }
    if (chunked && !http11) {
      throw new BadMessage(400, "HTTP/1.0 has no chunked bodies");
    }
    if (chunked) {
      return Body.chunked();
    }
    return lengthField < 0 ? Body.none() : Body.ofLength(head.length(lengthField));
  }

  private String host() {
    if (hostField < 0) {
      throw new BadMessage(400, "There is no Host header");
    }
    String host = HostName.key(head.bytes, head.valueFrom[hostField], head.valueTo[hostField]);
    if (host == null) {
      throw new BadMessage(400, "The Host header is no host name");
    }
    if (head.bytes[targetFrom] != '/' && head.bytes[targetFrom] != '*') {
      stripAuthority(host);
    }
    return host;
  }

  /** {@code GET http://host/path}: both hosts must agree, then only the path goes on. */
  private void stripAuthority(String host) {
    int from = targetFrom + HTTP.length;
    int path = from;
    while (path < targetTo && head.bytes[path] != '/' && head.bytes[path] != '?') {
      path++;
    }
    @Nullable String said = HostName.key(head.bytes, from, path);
    if (!host.equals(said) || path == targetTo || head.bytes[path] == '?') {
      throw new BadMessage(400, "The address in the first line and the Host header differ");
    }
    targetFrom = path;
  }

  private ByteBuf originHead(Peer peer, int methodTo, boolean upgrade, ByteBufAllocator allocator) {
    int size = head.startTo - head.startFrom + ROOM_FOR_OURS;
    if (head.count > 0) {
      size += head.valueTo[head.count - 1] - head.startTo;
    }
    ByteBuf out = allocator.directBuffer(size);
    out.writeBytes(head.bytes, head.startFrom, methodTo + 1 - head.startFrom);
    out.writeBytes(head.bytes, targetFrom, targetTo - targetFrom).writeBytes(VERSION);
    copyEndToEnd(out);
    if (chunked) {
      out.writeBytes(CHUNKED);
    }
    if (trailers) {
      out.writeBytes(TE);
    }
    if (upgrade) {
      int from = head.valueFrom[upgradeField];
      out.writeBytes(UPGRADE)
          .writeBytes(head.bytes, from, head.valueTo[upgradeField] - from)
          .writeBytes(CRLF);
    }
    peer.describeTo(out, head, hostField);
    return out;
  }

  /** Copies what passes in runs: neighbouring lines go over in one piece. */
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
      case HOST, CONTENT_LENGTH, ACCEPT -> true;
      case EXPECT -> http11;
      case OTHER -> !connection.drops(head, i);
      case TE,
          UPGRADE,
          FORWARDED,
          X_REAL_IP,
          X_FORWARDED,
          CONNECTION,
          KEEP_ALIVE,
          HTTP2_SETTINGS,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          TRANSFER_ENCODING ->
          false;
    };
  }

  private static boolean visible(byte b) {
    return b > 0x20 && b != 0x7f || b < 0;
  }

  private boolean startsWith(byte[] lowerCase, int from, int to) {
    if (to - from < lowerCase.length) {
      return false;
    }
    for (int i = 0; i < lowerCase.length; i++) {
      if (Field.lower(head.bytes[from + i]) != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }
}
