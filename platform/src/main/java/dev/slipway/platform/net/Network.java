package dev.slipway.platform.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A block of addresses, as {@code 10.1.0.0/16} or {@code fd00:1::/48} writes it.
 *
 * @param first its lowest address
 * @param bits how many leading bits all its addresses share
 */
public record Network(InetAddress first, int bits) {
  private static final Pattern WRITTEN =
      Pattern.compile(
          "([0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/([0-9]{1,3})");

  /**
   * Reads a block.
   *
   * @throws IllegalArgumentException saying what is wrong, when it is none
   */
  public static Network parse(String text) {
    var read = WRITTEN.matcher(text.strip());
    if (!read.matches()) {
      throw new IllegalArgumentException("'" + text.strip() + "' is no address/bits");
    }
    InetAddress first;
    try {
      first = InetAddress.getByName(read.group(1)); // a literal: nobody is asked
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + read.group(1) + "' is no address", e);
    }
    int bits = Integer.parseInt(read.group(2));
    if (bits > first.getAddress().length * 8) {
      throw new IllegalArgumentException("'" + text.strip() + "' has too many bits");
    }
    return new Network(first, bits);
  }

  /**
   * Reads a block; an address alone is a block of its own.
   *
   * @throws IllegalArgumentException saying what is wrong, when it is neither
   */
  public static Network parseOrAddress(String text) {
    String written = text.strip();
    return parse(
        written.contains("/") ? written : written + (written.contains(":") ? "/128" : "/32"));
  }

  /** Whether this address is in the block. */
  public boolean contains(InetAddress address) {
    byte[] mine = first.getAddress();
    byte[] other = address.getAddress();
    if (mine.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((mine[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
