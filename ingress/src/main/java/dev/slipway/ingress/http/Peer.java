package dev.slipway.ingress.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a client connection, and what an application is told about it. Made
 * once per connection, because what it writes is the same for every request but the host.
 */
public final class Peer {
  private static final byte[] FORWARDED_HOST_END = ascii("\"\r\nX-Forwarded-Host: ");
  private static final byte[] END = ascii("\r\n\r\n");

  private final String address;
  private final String node;
  private final String scheme;
  private final boolean trusted;
  private final byte[] fixed;

  public Peer(InetAddress address, String scheme, TrustedProxies proxies) {
    this.address = plain(address);
    this.node = address instanceof Inet6Address ? "\"[" + this.address + "]\"" : this.address;
    this.scheme = scheme;
    this.trusted = proxies.contains(address);
    this.fixed =
        ascii(
            "X-Forwarded-For: %s\r\nX-Real-IP: %s\r\nX-Forwarded-Proto: %s\r\nForwarded: for=%s;proto=%s;host=\""
                .formatted(this.address, this.address, scheme, node, scheme));
  }

  /**
   * As RFC 5952 spells it, without the zone of a link-local address: that is this host's business.
   */
  private static String plain(InetAddress address) {
    String text = NetUtil.toAddressString(address);
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }

  /** Writes the last header fields of a request and the empty line after them. */
  void describeTo(ByteBuf out, Head head, int hostField) {
    if (trusted) {
      out.writeBytes(ascii(believed(head, head.value(hostField))));
      return;
    }
    int from = head.valueFrom[hostField];
    int length = head.valueTo[hostField] - from;
    out.writeBytes(fixed)
        .writeBytes(head.bytes, from, length)
        .writeBytes(FORWARDED_HOST_END)
        .writeBytes(head.bytes, from, length)
        .writeBytes(END);
  }

  private String believed(Head head, String host) {
    List<String> hops = new ArrayList<>();
    List<String> forwarded = new ArrayList<>();
    String realIp = address;
    String saidScheme = scheme;
    String saidHost = host;
    StringBuilder others = new StringBuilder();
    for (int i = 0; i < head.count; i++) {
      String value = head.value(i);
      switch (head.fields[i]) {
        case FORWARDED -> forwarded.add(value);
        case X_REAL_IP -> realIp = value;
        case X_FORWARDED -> {
          String name = head.text(head.nameFrom[i], head.nameTo[i]).toLowerCase(Locale.ROOT);
          switch (name) {
            case "x-forwarded-for" -> hops.add(value);
            case "x-forwarded-proto" -> saidScheme = value;
            case "x-forwarded-host" -> saidHost = value;
            default -> others.append(name).append(": ").append(value).append("\r\n");
          }
        }
        default -> {}
      }
    }
    hops.add(address);
    forwarded.add("for=%s;proto=%s;host=\"%s\"".formatted(node, scheme, host));
    return "%sX-Forwarded-For: %s\r\nX-Real-IP: %s\r\nX-Forwarded-Proto: %s\r\nForwarded: %s\r\nX-Forwarded-Host: %s\r\n\r\n"
        .formatted(
            others,
            String.join(", ", hops),
            realIp,
            saidScheme,
            String.join(", ", forwarded),
            saidHost);
  }

  static byte[] ascii(@Nullable String text) {
    return String.valueOf(text).getBytes(StandardCharsets.ISO_8859_1);
  }
}
