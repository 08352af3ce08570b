package dev.slipway.gateway.http;

import dev.slipway.platform.config.Settings;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some ranges of addresses, IPv4 and IPv6. Nothing here ever asks a name server. */
public final class AddressRanges {
  /** No address at all. */
  public static final AddressRanges NONE = new AddressRanges(List.of(), List.of());

  private final List<String> texts;
  private final List<IpSubnetFilterRule> rules;

  private AddressRanges(List<String> texts, List<IpSubnetFilterRule> rules) {
    this.texts = List.copyOf(texts);
    this.rules = List.copyOf(rules);
  }

  /** A setting of addresses and CIDR ranges with commas or spaces between; none by default. */
  public static AddressRanges from(Settings settings, String name) {
    try {
      return of(settings.text(name, ""));
    } catch (IllegalArgumentException e) {
      settings.mistake(
          name,
          String.valueOf(e.getMessage()),
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
    List<String> texts = new ArrayList<>();
    List<IpSubnetFilterRule> rules = new ArrayList<>();
    for (String range : text.split("[,\\s]+")) {
      if (!range.isEmpty()) {
        rules.add(rule(range));
        texts.add(range);
      }
    }
    return new AddressRanges(texts, rules);
  }

  private static IpSubnetFilterRule rule(String range) {
    int slash = range.indexOf('/');
    InetAddress address = literal(slash < 0 ? range : range.substring(0, slash));
    if (address != null) {
      int bits = address.getAddress().length * 8;
      String size = slash < 0 ? String.valueOf(bits) : range.substring(slash + 1);
      if (size.matches("[0-9]{1,3}") && Integer.parseInt(size) <= bits) {
        return new IpSubnetFilterRule(address, Integer.parseInt(size), IpFilterRuleType.ACCEPT);
      }
    }
    throw new IllegalArgumentException("holds '" + range + "', which is no address or range");
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
    return rules.isEmpty();
  }

  /** Whether it is in one of them; false for what is no address. */
  public boolean contains(String text) {
    InetAddress address = literal(text);
    return address != null
        && rules.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(address, 0)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressRanges ranges && ranges.texts.equals(texts);
  }

  @Override
  public int hashCode() {
    return texts.hashCode();
  }

  @Override
  public String toString() {
    return String.join(",", texts);
  }
}
