package dev.slipway.platform.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Which addresses belong to the public Internet, by the registries of special blocks. */
final class PublicAddress {
  private PublicAddress() {}

  static boolean is(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    return switch (address) {
      case Inet4Address four -> isFour(four.getAddress(), 0);
      case Inet6Address six -> isSix(six.getAddress());
      default -> false;
    };
  }

  private static boolean isFour(byte[] bytes, int at) {
    int a = bytes[at] & 0xff;
    int b = bytes[at + 1] & 0xff;
    int c = bytes[at + 2] & 0xff;
    boolean ofThisHost = a == 0 || a == 127 || (a == 169 && b == 254);
    boolean ofThisSite = a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
    boolean sharedByCarriers = a == 100 && (b & 0xc0) == 64;
    boolean forProtocols = (a == 192 && b == 0 && (c == 0 || c == 2)) || (a == 192 && b == 88);
    boolean forBenchmarks = a == 198 && (b & 0xfe) == 18;
    boolean forDocuments = (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
    return a < 224
        && !ofThisHost
        && !ofThisSite
        && !sharedByCarriers
        && !forProtocols
        && !forBenchmarks
        && !forDocuments;
  }

  private static boolean isSix(byte[] bytes) {
    int first = pair(bytes, 0);
    int second = pair(bytes, 2);
    if (first == 0x2002) { // 6to4 carries an IPv4 address
      return isFour(bytes, 2);
    }
    if (first == 0x0064 && second == 0xff9b) { // so does NAT64; its local form goes anywhere
      return isZero(bytes, 4, 12) && isFour(bytes, 12);
    }
    if ((pair(bytes, 8) & 0xfdff) == 0 && pair(bytes, 10) == 0x5efe) { // and ISATAP
      return isFour(bytes, 12);
    }
    boolean globalUnicast = (first & 0xe000) == 0x2000;
    boolean forProtocols = first == 0x2001 && (second & 0xfe00) == 0; // Teredo among them
    boolean forDocuments =
        (first == 0x2001 && second == 0x0db8) || (first == 0x3fff && (second & 0xf000) == 0);
    return globalUnicast && !forProtocols && !forDocuments;
  }

  private static int pair(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
