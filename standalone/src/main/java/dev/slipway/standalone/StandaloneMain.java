package dev.slipway.standalone;

import dev.slipway.platform.boot.ServiceMain;
import dev.slipway.platform.config.Settings;

/** The whole platform in one process: what {@code ./slipway up} starts beside the ingress. */
public final class StandaloneMain {
  private StandaloneMain() {}

  public static void main(String[] args) {
    ServiceMain.run("slipway", () -> Standalone.start(Settings.of(System.getenv())));
  }
}
