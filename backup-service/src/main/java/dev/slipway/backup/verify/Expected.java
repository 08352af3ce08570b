package dev.slipway.backup.verify;

import dev.slipway.backup.dump.Comparison;
import dev.slipway.backup.dump.Restored;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import java.util.List;
import java.util.Objects;

/**
 * What a restored copy of a backup is to hold.
 *
 * @param counted somebody has counted. No counts are then what an empty database has, and the copy
 *     must be empty too; nobody counts in a dump that is sent before it was restored once
 */
public record Expected(Manifest manifest, boolean counted) {

  /** What a backup that lies at its destination says of itself. */
  public static Expected of(Backup backup) {
    Manifest manifest = Objects.requireNonNull(backup.manifest());
    return new Expected(
        manifest, backup.trigger() != BackupTrigger.IMPORT || !manifest.counts().isEmpty());
  }

  /** The same, of another manifest. */
  public Expected with(Manifest part) {
    return new Expected(part, counted);
  }

  /** How a copy differs; empty: not at all, or there is nothing to compare it with. */
  public List<String> differences(Comparison comparison, Restored restored) {
    return counted ? comparison.differences(manifest, restored) : List.of();
  }
}
