package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Wire;
import java.io.IOException;

/** One request on a connection of its own. */
final class Probe {
  private Probe() {}

  /** The status of an answer; 0 when nobody answers. */
  static int status(String address, int port, String path) {
    try (Wire wire = new Wire(address, port)) {
      return wire.get(address, path).status();
    } catch (IOException e) {
      return 0;
    }
  }
}
