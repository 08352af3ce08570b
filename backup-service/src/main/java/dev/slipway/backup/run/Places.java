package dev.slipway.backup.run;

import dev.slipway.backup.destination.Destination;
import dev.slipway.backup.stream.BackupKeys;
import dev.slipway.contracts.backup.BackupSubject;

/** Where backups lie, and the keys they are sealed under. Calls block. */
public interface Places {
  /** A destination that is ready for use; close it. Fails with 404 when there is none. */
  Destination open(String destinationId);

  /**
   * The keys that a backup is sealed under: the installation's own, but for the platform's state
   * those that are made from the master key, because the others lie in what is sealed.
   */
  BackupKeys sealing(BackupSubject subject);

  /** Every key that anything here may be sealed under. */
  BackupKeys opening();
}
