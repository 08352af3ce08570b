package dev.slipway.platform.cluster;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which of this host's addresses the others see. */
final class OwnAddress {
  /** Set aside for documentation: nobody is there, but the route to it is the default one. */
  private static final String ANYWHERE = "192.0.2.1";

  private static final Logger LOG = LoggerFactory.getLogger(OwnAddress.class);

  private OwnAddress() {}

  /**
   * The address from which the first member that has a name is reached; with none, that of the
   * default route; without one, loopback. Sends nothing.
   */
  static String towards(List<String> members) {
    for (String member : members) {
      try {
        return towards(InetAddress.getByName(hostOf(member)));
      } catch (UnknownHostException e) {
        LOG.debug("{} has no address yet; it may start later than we do", member, e);
      }
    }
    try {
      return towards(InetAddress.getByName(ANYWHERE));
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }

  /** Connecting a datagram socket only asks the routing table. */
  private static String towards(InetAddress there) {
    try (var socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(there, ClusterConfig.DEFAULT_PORT));
      InetAddress here = socket.getLocalAddress();
      return here.isAnyLocalAddress()
          ? InetAddress.getLoopbackAddress().getHostAddress()
          : here.getHostAddress();
    } catch (IOException e) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }

  static String hostOf(String member) {
    String host = member.substring(0, member.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
