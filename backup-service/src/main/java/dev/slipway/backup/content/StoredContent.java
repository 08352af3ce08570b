package dev.slipway.backup.content;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Part;
import dev.slipway.contracts.backup.BackupContract.Read;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.store.BackupStore;
import java.io.IOException;
import java.io.InputStream;

/** Reads parts of stored backups for whoever downloads them. */
public final class StoredContent {
  private final BackupStore backups;
  private final OpenDestinations destinations;

  public StoredContent(BackupStore backups, OpenDestinations destinations) {
    this.backups = backups;
    this.destinations = destinations;
  }

  /**
   * Reads one part; blocks.
   *
   * @throws Problem {@code backup_not_stored}, and what the destination says
   */
  public Part read(Read wanted) {
    if (wanted.from() < 0 || wanted.length() < 1 || wanted.length() > BackupContract.MOST_BYTES) {
      throw Problem.invalid("length", "must be between 1 and " + BackupContract.MOST_BYTES);
    }
    Backup backup = backups.get(wanted.backupId()).await();
    String key = backup.objectKey();
    if (key == null || backup.removedAt() != null) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Take a new backup; GET /api/backups shows which ones are stored.");
    }
    return destinations.use(
        backup.destinationId(),
        destination -> {
          try (InputStream part = destination.read(key, wanted.from(), wanted.length())) {
            return new Part(part.readNBytes(wanted.length()));
          } catch (IOException e) {
            throw Problem.unavailable("The destination could not be read: " + e.getMessage(), e);
          }
        });
  }
}
