package dev.slipway.ingress.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The networks whose {@code X-Forwarded-…} headers are believed. Empty: nobody's. */
public final class TrustedProxies {
  private static final Pattern NUMERIC = Pattern.compile("[0-9a-fA-F.:]+");

  private final List<Network> networks;

  private record Network(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = bits / 8;
      int rest = bits % 8;
      int mask = 0xff << (8 - rest) & 0xff;
      return Arrays.equals(address, 0, whole, other, 0, whole)
          && (rest == 0 || (address[whole] & mask) == (other[whole] & mask));
    }
  }

  private TrustedProxies(List<Network> networks) {
    this.networks = networks;
  }

  public static TrustedProxies nobody() {
    return new TrustedProxies(List.of());
  }

  /**
   * Reads addresses and networks such as {@code 10.0.0.0/8, 192.0.2.7, fd00::/8}.
   *
   * @throws IllegalArgumentException naming the first part that is neither
   */
  public static TrustedProxies parse(String list) {
    List<Network> networks = new ArrayList<>();
    for (String part : list.split(",")) {
      if (!part.isBlank()) {
        networks.add(network(part.strip()));
      }
    }
    return new TrustedProxies(List.copyOf(networks));
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    try {
      // Numeric only: a name would be looked up, and what it resolves to is not ours to trust.
      if (!NUMERIC.matcher(host).matches()) {
        throw new UnknownHostException(host);
      }
      byte[] address = InetAddress.getByName(host).getAddress();
      int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > address.length * 8) {
        throw new NumberFormatException(text);
      }
      return new Network(address, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address or network such as 10.0.0.0/8", e);
    }
  }

  public boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }
}
