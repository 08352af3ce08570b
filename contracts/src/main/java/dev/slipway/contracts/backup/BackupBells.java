package dev.slipway.contracts.backup;

import dev.slipway.contracts.bus.Bell;

/** What rings when there is work for a backup service. */
public final class BackupBells {
  /** A backup or a restore was asked for, may begin now, or is to stop. */
  public static final Bell<Available> AVAILABLE =
      new Bell<>("backups.available", 1, Available.class);

  private BackupBells() {}

  /**
   * A reason to look for work.
   *
   * @param id of the backup or the restore
   */
  public record Available(String id) {}
}
