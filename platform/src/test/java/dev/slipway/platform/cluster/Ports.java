package dev.slipway.platform.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of loopback that nobody uses: below the range the kernel takes ports of outgoing
 * connections from, and never the same one twice, so that a port stays whose it is until it is
 * bound.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;
  private static final AtomicInteger NEXT = new AtomicInteger(new Random().nextInt(COUNT / 2) * 2);

  private Ports() {}

  /** The port behind it is free too, for a member that takes a pair. */
  public static int free() {
    while (true) {
      int port = FIRST + NEXT.getAndAdd(2) % COUNT;
      if (isFree(port) && isFree(port + 1)) {
        return port;
      }
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
