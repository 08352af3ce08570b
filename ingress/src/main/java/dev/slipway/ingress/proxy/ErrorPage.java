package dev.slipway.ingress.proxy;

import dev.slipway.ingress.http.Request.Accept;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/**
 * What the ingress says itself when no application answers: what happened and what to do, in the
 * form the client reads. It names the host that was asked for and nothing of what is behind.
 */
record ErrorPage(
    int status, String reason, String code, String title, String remedy, int retryAfter) {

  static ErrorPage refused(int status, String reason) {
    return new ErrorPage(
        status,
        phrase(status),
        "request_refused",
        reason,
        "Correct the request and send it again.",
        0);
  }

  static ErrorPage unknownHost(String host) {
    return new ErrorPage(
        404,
        "Not Found",
        "unknown_host",
        "No application answers at " + host,
        "Check the spelling. If the application is yours, add this domain to it and deploy it"
            + " once.",
        0);
  }

  static ErrorPage routesUnknown(String host) {
    return new ErrorPage(
        503,
        "Service Unavailable",
        "routes_unknown",
        "It is not known yet which application answers at " + host,
        "Try again shortly. If the host is yours, look at the ingress' log and at its database: no"
            + " copy of the routes could be read.",
        5);
  }

  static ErrorPage stopped(String host) {
    return new ErrorPage(
        503,
        "Service Unavailable",
        "application_stopped",
        "The application at " + host + " is stopped",
        "If it is yours, start it again.",
        0);
  }

  static ErrorPage noTargets(String host) {
    return new ErrorPage(
        503,
        "Service Unavailable",
        "application_unavailable",
        "The application at " + host + " has no running instance",
        "Try again shortly. If it is yours, look at its last deployment and its log.",
        5);
  }

  static ErrorPage holding(String host) {
    return new ErrorPage(
        503,
        "Service Unavailable",
        "application_restarting",
        "The application at " + host + " is being replaced and is not ready yet",
        "Try again in a few seconds.",
        5);
  }

  static ErrorPage broken(String host) {
    return new ErrorPage(
        502,
        "Bad Gateway",
        "application_unreachable",
        "The application at " + host + " did not answer as it should",
        "Try again. If it is yours, look at its log: it refused the connection, broke it off or"
            + " sent something that is no HTTP.",
        0);
  }

  static ErrorPage tooSlow(String host) {
    return new ErrorPage(
        504,
        "Gateway Timeout",
        "application_too_slow",
        "The application at " + host + " took too long to answer",
        "Try again. If it is yours, look at its log for what it was doing.",
        0);
  }

  private static String phrase(int status) {
    return switch (status) {
      case 408 -> "Request Timeout";
      case 417 -> "Expectation Failed";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Request";
    };
  }

  /** The whole response; without its body for a HEAD. */
  ByteBuf encode(ByteBufAllocator allocator, Accept accept, boolean headOnly, boolean close) {
    byte[] body = body(accept).getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder(256);
    head.append("HTTP/1.1 ").append(status).append(' ').append(reason).append("\r\n");
    head.append("Content-Type: ").append(type(accept)).append("\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    head.append("Cache-Control: no-store\r\n");
    if (retryAfter > 0) {
      head.append("Retry-After: ").append(retryAfter).append("\r\n");
    }
    head.append(close ? "Connection: close\r\n\r\n" : "\r\n");
    ByteBuf out = allocator.directBuffer(head.length() + body.length);
    out.writeCharSequence(head, StandardCharsets.US_ASCII);
    return headOnly ? out : out.writeBytes(body);
  }

  private static String type(Accept accept) {
    return switch (accept) {
      case HTML -> "text/html; charset=utf-8";
      case JSON -> "application/problem+json";
      case TEXT -> "text/plain; charset=utf-8";
    };
  }

  /** No value here needs escaping: hosts are checked to be letters, digits, dots and hyphens. */
  private String body(Accept accept) {
    return switch (accept) {
      case TEXT -> title + ".\n" + remedy + "\n";
      case JSON ->
          """
          {"type":"about:blank","title":"%s","status":%d,"detail":"%s","code":"%s","remedy":"%s"}
          """
              .formatted(reason, status, title, code, remedy);
      case HTML ->
          """
          <!doctype html>
          <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
          <title>%d %s</title><style>
          body{font:16px/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#1c2430;background:#fbfbfa}
          small{color:#69707d;letter-spacing:.06em}h1{font-size:1.5rem;line-height:1.3;margin:.2em 0 .6em;overflow-wrap:anywhere}
          @media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171c}}
          </style></head><body><small>%d %s</small><h1>%s</h1><p>%s</p></body></html>
          """
              .formatted(status, reason, status, reason, title, remedy);
    };
  }
}
