package dev.slipway.platform.cluster;

import dev.slipway.platform.config.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where this process finds the others, and where they find it.
 *
 * @param members {@code host:port} of processes to join, itself may be among them; empty: the bus
 *     stays inside this process ({@code SLIPWAY_CLUSTER}, {@code none})
 * @param bind where it listens: the address from which the first member is reached unless {@code
 *     SLIPWAY_CLUSTER_HOST} says otherwise, {@code SLIPWAY_CLUSTER_PORT} (5701, taken as it is or
 *     not at all), {@code SLIPWAY_BUS_PORT} (0: any free one)
 * @param announced where the others reach it, if that is not where it listens: {@code
 *     SLIPWAY_CLUSTER_PUBLIC_HOST}, {@code SLIPWAY_CLUSTER_PUBLIC_PORT}, {@code
 *     SLIPWAY_BUS_PUBLIC_PORT} (0: where it listens)
 * @param tls how messages are protected between hosts; empty: they are not
 */
public record ClusterConfig(
    List<String> members, Place bind, Place announced, Optional<BusTls> tls) {

  /**
   * A place on the network.
   *
   * @param port of the membership
   * @param busPort of the messages
   */
  public record Place(String host, int port, int busPort) {}

  /** What stands for "no cluster". */
  public static final String NONE = "none";

  static final int DEFAULT_PORT = 5701;

  private static final String HOST = "SLIPWAY_CLUSTER_HOST";
  private static final Pattern MEMBER =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::([0-9]{1,5}))?");

  public ClusterConfig {
    members = List.copyOf(members);
  }

  /** Reads the settings; the caller checks them for mistakes. */
  public static ClusterConfig from(Settings settings) {
    List<String> members = members(settings);
    String host =
        settings.text(HOST).isPresent() || members.isEmpty()
            ? address(settings, HOST, "")
            : OwnAddress.towards(members);
    var bind =
        new Place(
            host,
            settings.number("SLIPWAY_CLUSTER_PORT", DEFAULT_PORT, 1, 65_535),
            settings.port("SLIPWAY_BUS_PORT", 0));
    var announced =
        new Place(
            address(settings, "SLIPWAY_CLUSTER_PUBLIC_HOST", host),
            settings.number("SLIPWAY_CLUSTER_PUBLIC_PORT", bind.port(), 1, 65_535),
            settings.port("SLIPWAY_BUS_PUBLIC_PORT", bind.busPort()));
    return new ClusterConfig(members, bind, announced, BusTls.from(settings));
  }

  /** The membership compares addresses, not names. */
  private static String address(Settings settings, String name, String byDefault) {
    Optional<String> given = settings.text(name);
    if (given.isEmpty()) {
      return byDefault;
    }
    try {
      return InetAddress.getByName(given.get()).getHostAddress();
    } catch (UnknownHostException e) {
      settings.mistake(
          name,
          "is '" + given.get() + "'",
          "set an address of this host that the other processes reach, without a port");
      return byDefault;
    }
  }

  /** Where the other members reach this one; null when the bus stays inside this process. */
  public @Nullable String address() {
    return clustered() ? announced.host() + ":" + announced.port() : null;
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
