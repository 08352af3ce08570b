package dev.slipway.docker;

import java.util.Map;

/** A network: its engine id, name, driver ({@code overlay}, {@code bridge}…) and labels. */
public record NetworkInfo(String id, String name, String driver, Map<String, String> labels) {

  public NetworkInfo {
    labels = Map.copyOf(labels);
  }
}
