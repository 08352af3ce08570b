package dev.slipway.docker;

import java.util.Map;

/** A volume: its name, where the engine's host keeps it, and its labels. */
public record VolumeInfo(String name, String mountpoint, Map<String, String> labels) {

  public VolumeInfo {
    labels = Map.copyOf(labels);
  }
}
