package dev.slipway.standalone;

import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.DatabaseUrl;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the one process decides itself; each service reads its own settings.
 *
 * @param data everything Slipway keeps on this host
 * @param databaseUrl a PostgreSQL of the owner's; empty: the embedded one
 * @param dockerHost where the engine listens
 */
public record StandaloneConfig(Path data, Optional<DatabaseUrl> databaseUrl, String dockerHost) {
  static final String DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";

  /** Reads the settings; the caller checks them for mistakes. */
  public static StandaloneConfig from(Settings settings) {
    return new StandaloneConfig(
        settings.path("SLIPWAY_DATA", "~/.slipway"),
        settings.databaseUrl("SLIPWAY_DATABASE_URL"),
        settings.text("SLIPWAY_DOCKER_HOST", DEFAULT_DOCKER_HOST));
  }
}
