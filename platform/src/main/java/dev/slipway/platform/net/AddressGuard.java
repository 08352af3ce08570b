package dev.slipway.platform.net;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps connections that somebody else asked for away from loopback, private networks and cloud
 * metadata. It judges addresses, never names: a public name may resolve to anything, and to
 * something else a moment later. So {@link #resolve} answers the very addresses to connect to.
 *
 * <p>It may wait for a name service: not for event loops.
 *
 * @param privateAllowed whether every address may be connected to
 * @param allowed blocks whose addresses may be, public or not
 */
public record AddressGuard(boolean privateAllowed, List<Network> allowed, NameService names) {
  private static final Pattern NUMERIC =
      Pattern.compile("(0[xX][0-9a-fA-F]*|[0-9]+)(\\.(0[xX][0-9a-fA-F]*|[0-9]*))*");
  private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern PLAIN = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");

  /** A guard that lets private addresses pass only on hosts that are for tests or say so. */
  public AddressGuard(boolean privateAllowed) {
    this(privateAllowed, List.of(), NameService.OF_THIS_MACHINE);
  }

  public AddressGuard {
    allowed = List.copyOf(allowed);
  }

  /**
   * Reads {@code SLIPWAY_ALLOW_PRIVATE_ADDRESSES} and {@code SLIPWAY_ALLOWED_NETWORKS}; the caller
   * checks the settings for mistakes.
   */
  public static AddressGuard from(Settings settings) {
    var networks = new ArrayList<Network>();
    for (var written : settings.text("SLIPWAY_ALLOWED_NETWORKS", "").split("[,\\s]+")) {
      try {
        if (!written.isEmpty()) {
          networks.add(Network.parse(written));
        }
      } catch (IllegalArgumentException e) {
        settings.mistake(
            "SLIPWAY_ALLOWED_NETWORKS",
            "cannot be read: " + e.getMessage(),
            "set blocks with commas between them, such as 10.1.0.0/16,fd00:1::/48");
      }
    }
    return new AddressGuard(
        settings.flag("SLIPWAY_ALLOW_PRIVATE_ADDRESSES", false),
        networks,
        NameService.OF_THIS_MACHINE);
  }

  /**
   * Resolves a host and judges each of its addresses.
   *
   * @param host a name or an address, an IPv6 address with or without brackets
   * @return the addresses to connect to, in this order; the name must not be resolved again
   * @throws Problem {@code host_unknown} when nobody knows the name, {@code address_refused} when
   *     one of its addresses is not allowed or the host is an address in an odd spelling
   */
  public List<InetAddress> resolve(String host) {
    var bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    refuseOddSpelling(bare);
    InetAddress[] addresses;
    try {
      addresses = names.addresses(bare);
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw Problem.failed(
          "host_unknown",
          "The host '" + shortened(bare) + "' is unknown.",
          "Correct the host's name, or see that this machine's name service knows it.",
          e);
    }
    for (var address : addresses) {
      check(bare, address);
    }
    return List.of(addresses);
  }

  /** Judges one address that a host is at. */
  public void check(String host, InetAddress address) {
    if (!allows(address)) {
      throw refused(
          "The host '"
              + shortened(host)
              + "' is at "
              + address.getHostAddress()
              + ", which is no public address.");
    }
  }

  /** Whether this address belongs to the public Internet. */
  public static boolean isPublic(InetAddress address) {
    return PublicAddress.is(address);
  }

  /** Whether this address may be connected to. */
  public boolean allows(InetAddress address) {
    return privateAllowed
        || PublicAddress.is(address)
        || allowed.stream().anyMatch(network -> network.contains(address));
  }

  // 0177.1 is one address here and another one in the next program that reads it
  private static void refuseOddSpelling(String host) {
    boolean ascii = host.chars().allMatch(c -> c > ' ' && c < 127 && c != '%');
    if (host.isEmpty()
        || !ascii
        || (NUMERIC.matcher(host).matches() && !PLAIN.matcher(host).matches())) {
      throw Problem.failed(
          "address_refused",
          "The host '"
              + shortened(host)
              + "' is an address in a spelling that is read in several ways.",
          "Write an IPv4 address as four decimal numbers, an IPv6 address without zone, and a name in ASCII (xn--…).");
    }
  }

  private static String shortened(String host) {
    return host.length() > 200 ? host.substring(0, 200) + "…" : host;
  }

  private static Problem refused(String detail) {
    return Problem.failed(
        "address_refused",
        detail,
        "Use a public host; or allow its network with SLIPWAY_ALLOWED_NETWORKS=address/bits, or every address with"
            + " SLIPWAY_ALLOW_PRIVATE_ADDRESSES=true, where that is trusted.");
  }
}
