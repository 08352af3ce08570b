package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.stream.BackupKeys;

/** Where backups lie, and the keys they are sealed under. Calls block. */
public interface Places {
  /** A destination that is ready for use; close it. Fails with 404 when there is none. */
  Destination open(String destinationId);

  /** The installation's keys; the newest seals. */
  BackupKeys keys();
}
