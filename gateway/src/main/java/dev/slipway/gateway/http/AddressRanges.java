package dev.slipway.gateway.http;

import dev.slipway.platform.config.Settings;
import dev.slipway.platform.net.Network;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some ranges of addresses, IPv4 and IPv6. Nothing here ever asks a name server. */
public record AddressRanges(List<Network> networks) {
  /** No address at all. */
  public static final AddressRanges NONE = new AddressRanges(List.of());

  public AddressRanges {
    networks = List.copyOf(networks);
  }

  /** A setting of addresses and CIDR ranges with commas or spaces between; none by default. */
  public static AddressRanges from(Settings settings, String name) {
    try {
      return of(settings.text(name, ""));
    } catch (IllegalArgumentException e) {
      settings.mistake(
          name,
          "holds a range that cannot be read: " + e.getMessage(),
          "set addresses or ranges such as 10.0.0.0/8,192.0.2.7,2001:db8::/32");
      return NONE;
    }
  }

  /**
   * Reads ranges.
   *
   * @throws IllegalArgumentException naming what is no range
   */
  public static AddressRanges of(String text) {
    return new AddressRanges(
        Arrays.stream(text.split("[,\\s]+"))
            .filter(range -> !range.isEmpty())
            .map(Network::parseOrAddress)
            .toList());
  }

  /** An address as it is written; null when it is none. IPv4 in IPv6 counts as the IPv4 it is. */
  static @Nullable InetAddress literal(String text) {
    if (!text.matches("[0-9a-fA-F:.]{2,45}")) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** Whether it is in one of them; false for what is no address. */
  public boolean contains(String text) {
    InetAddress address = literal(text);
    return address != null && networks.stream().anyMatch(network -> network.contains(address));
  }
}
