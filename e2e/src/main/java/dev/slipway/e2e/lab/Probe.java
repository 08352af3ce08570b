package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.util.OptionalDouble;

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

  /**
   * A figure without labels, from Prometheus' text; empty when it is not told or nobody answers.
   */
  static OptionalDouble figure(String address, int port, String name) {
    try (Wire wire = new Wire(address, port)) {
      return wire.get(address, "/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst();
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }
}
