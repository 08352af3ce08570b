package dev.slipway.backup.run;

import dev.slipway.platform.config.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * How volumes of applications are backed up.
 *
 * @param image with GNU tar and find; empty: the platform's own Debian, or the official one
 * @param longestPause for how long an application stands still at most
 */
public record VolumeConfig(Optional<String> image, Duration longestPause) {

  /** Reads the settings; the caller checks them for mistakes. */
  static VolumeConfig from(Settings settings) {
    return new VolumeConfig(
        settings.text("SLIPWAY_VOLUME_TOOL_IMAGE"),
        settings.duration("SLIPWAY_BACKUP_LONGEST_PAUSE", Duration.ofMinutes(10)));
  }
}
