package dev.slipway.platform.cluster;

import dev.slipway.platform.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where this process finds the others, and where they find it.
 *
 * @param members {@code host:port} of processes to join, itself may be among them; empty: the bus
 *     stays inside this process ({@code SLIPWAY_CLUSTER}, {@code none})
 * @param host the address to bind and to announce ({@code SLIPWAY_CLUSTER_HOST}; by default the one
 *     from which the first member is reached)
 * @param port of the membership, taken as it is or not at all ({@code SLIPWAY_CLUSTER_PORT}, 5701)
 * @param busPort of the messages; 0: any free one ({@code SLIPWAY_BUS_PORT})
 * @param tls how messages are protected between hosts; empty: they are not
 */
public record ClusterConfig(
    List<String> members, String host, int port, int busPort, Optional<BusTls> tls) {
  /** What stands for "no cluster". */
  public static final String NONE = "none";

  static final int DEFAULT_PORT = 5701;

  private static final Pattern MEMBER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");

  public ClusterConfig {
    members = List.copyOf(members);
  }

  /** Reads the settings; the caller checks them for mistakes. */
  public static ClusterConfig from(Settings settings) {
    List<String> members = members(settings);
    int port = settings.number("SLIPWAY_CLUSTER_PORT", DEFAULT_PORT, 1, 65_535);
    int busPort = settings.port("SLIPWAY_BUS_PORT", 0);
    Optional<BusTls> tls = BusTls.from(settings);
    return new ClusterConfig(
        members, members.isEmpty() ? "" : host(settings, members), port, busPort, tls);
  }

  private static String host(Settings settings, List<String> members) {
    Optional<String> given = settings.text("SLIPWAY_CLUSTER_HOST");
    if (given.isEmpty()) {
      return OwnAddress.towards(members);
    }
    try {
      return InetAddress.getByName(given.get()).getHostAddress();
    } catch (UnknownHostException e) {
      settings.mistake(
          "SLIPWAY_CLUSTER_HOST",
          "is '" + given.get() + "'",
          "set an address of this host that the other processes reach, without a port");
      return "";
    }
  }

  /** False when the bus stays inside this process. */
  public boolean clustered() {
    return !members.isEmpty();
  }

  private static List<String> members(Settings settings) {
    String text = settings.text("SLIPWAY_CLUSTER", NONE);
    List<String> members = new ArrayList<>();
    if (text.equals(NONE)) {
      return members;
    }
    for (String part : text.split(",", -1)) {
      String member = part.strip();
      var shape = MEMBER.matcher(member);
      if (!shape.matches() || (shape.group(2) != null && tooBig(shape.group(2)))) {
        settings.mistake(
            "SLIPWAY_CLUSTER",
            "names '" + member + "'",
            "set " + NONE + ", or the members to join as host:port, separated by commas");
        return List.of();
      }
      members.add(shape.group(2) == null ? member + ":" + DEFAULT_PORT : member);
    }
    return members;
  }

  private static boolean tooBig(String port) {
    int number = Integer.parseInt(port);
    return number < 1 || number > 65_535;
  }
}
