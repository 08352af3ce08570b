package dev.slipway.gateway.http;

import dev.slipway.contracts.FreshId;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from.
 *
 * @param address the client's: the peer's own, or what a trusted proxy says of its client
 * @param userAgent what the client calls itself, at most 200 characters
 * @param requestId the answer's {@code X-Request-Id}
 * @param secure it came over TLS, here or at a trusted proxy
 */
public record Origin(
    String address, @Nullable String userAgent, @Nullable String requestId, boolean secure) {
  /** Names a request in logs, audit rows and answers. */
  public static final String REQUEST_ID = "X-Request-Id";

  private static final int LONGEST_AGENT = 200;
  private static final int MOST_HOPS = 50;

  /**
   * Reads it off a request. What is forwarded counts only when the peer is a trusted proxy, and
   * then from the right: the first address that is not one of ours is the client.
   */
  public static Origin of(HttpServerRequest request, AddressRanges proxies) {
    SocketAddress remote = request.remoteAddress();
    String peer = remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    boolean forwarded = proxies.contains(peer);
    return new Origin(
        forwarded ? client(request, peer, proxies) : plain(peer),
        agent(request.getHeader("User-Agent")),
        request.response().headers().get(REQUEST_ID),
        request.isSSL()
            || (forwarded && "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto"))));
  }

  /** A name for a request: a trusted proxy's own, so that both logs can be read together. */
  static String nameFor(HttpServerRequest request, AddressRanges proxies) {
    String sent = request.getHeader(REQUEST_ID);
    if (sent != null && sent.matches("[A-Za-z0-9._-]{8,64}")) {
      SocketAddress remote = request.remoteAddress();
      if (remote != null && proxies.contains(String.valueOf(remote.hostAddress()))) {
        return sent;
      }
    }
    return FreshId.of("req");
  }

  private static String client(HttpServerRequest request, String peer, AddressRanges proxies) {
    List<String> headers = request.headers().getAll("X-Forwarded-For");
    String[] hops = String.join(",", headers).split(",");
    String client = peer;
    int looked = 0;
    for (int i = hops.length - 1; i >= 0 && looked++ < MOST_HOPS; i--) {
      String hop = hops[i].strip();
      if (AddressRanges.literal(hop) == null) {
        break; // from here on it is what anybody may have written
      }
      client = hop;
      if (!proxies.contains(hop)) {
        break;
      }
    }
    return plain(client);
  }

  /** One way to write each address, so that limits and filters meet it. */
  private static String plain(String address) {
    var known = AddressRanges.literal(address);
    return known == null ? address : known.getHostAddress();
  }

  private static @Nullable String agent(@Nullable String sent) {
    if (sent == null) {
      return null;
    }
    String printable = sent.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > LONGEST_AGENT ? printable.substring(0, LONGEST_AGENT) : printable;
  }
}
