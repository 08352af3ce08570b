package dev.slipway.builder.source;

import dev.slipway.contracts.problem.Problem;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Keeps fetches away from loopback, private networks and cloud metadata. It judges addresses, never
 * names: a public name may resolve to anything, and {@code 0x7f.1} is a spelling of loopback.
 *
 * <p>A name is resolved again by whoever connects. The virtual machine's own cache (30 s) answers
 * both with the same addresses, and TLS connections are judged once more by the address that was
 * reached.
 */
public final class AddressGuard {
  private final boolean privateAllowed;

  /** A guard that lets private addresses pass only on hosts that are for tests or say so. */
  public AddressGuard(boolean privateAllowed) {
    this.privateAllowed = privateAllowed;
  }

  /**
   * Resolves a host and judges each of its addresses.
   *
   * @throws Problem {@code repository_unreachable} when the name is unknown, {@code
   *     address_refused} when one of its addresses is not public
   */
  public void check(String host) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw Problem.failed(
          "repository_unreachable",
          "The host '" + host + "' is unknown.",
          "Correct the host in the repository URL, or see that this machine's name service knows it.",
          e);
    }
    for (var address : addresses) {
      check(host, address);
    }
  }

  /** Judges the address that a connection to this host has reached. */
  void check(String host, InetAddress address) {
    if (!privateAllowed && !isPublic(address)) {
      throw Problem.failed(
          "address_refused",
          "The host '"
              + host
              + "' is at "
              + address.getHostAddress()
              + ", which is no public address.",
          "Use a public host, or start the platform with SLIPWAY_ALLOW_PRIVATE_ADDRESSES=true if its own network is trusted.");
    }
  }

  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return switch (address) {
      case Inet4Address four -> isPublicFour(four.getAddress());
      case Inet6Address six -> isPublicSix(six.getAddress());
      default -> false;
    };
  }

  private static boolean isPublicFour(byte[] bytes) {
    int a = bytes[0] & 0xff;
    int b = bytes[1] & 0xff;
    int c = bytes[2] & 0xff;
    boolean sharedByCarriers = a == 100 && b >= 64 && b < 128;
    boolean forProtocols = a == 192 && b == 0 && (c == 0 || c == 2);
    boolean forBenchmarks = a == 198 && (b == 18 || b == 19);
    boolean forDocuments = (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
    return a != 0
        && a < 224
        && !sharedByCarriers
        && !forProtocols
        && !forBenchmarks
        && !forDocuments;
  }

  private static boolean isPublicSix(byte[] bytes) {
    int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    int second = ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
    if (first == 0x2002) { // 6to4 carries an IPv4 address
      return isPublicFour(new byte[] {bytes[2], bytes[3], bytes[4], bytes[5]});
    }
    if (first == 0x0064 && second == 0xff9b) { // so does NAT64
      return isPublicFour(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
    }
    boolean uniqueLocal = (first & 0xfe00) == 0xfc00;
    boolean teredoOrDocuments = first == 0x2001 && (second == 0 || second == 0x0db8);
    boolean unspecifiedBlock = first == 0;
    return !uniqueLocal && !teredoOrDocuments && !unspecifiedBlock;
  }
}
