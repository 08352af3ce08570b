package dev.slipway.platform.net;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Finds the addresses of a host. */
@FunctionalInterface
public interface NameService {
  /** The name service of this machine. */
  NameService OF_THIS_MACHINE = InetAddress::getAllByName;

  /**
   * All addresses of this host, at least one.
   *
   * @throws UnknownHostException when nobody knows it
   */
  InetAddress[] addresses(String host) throws UnknownHostException;
}
