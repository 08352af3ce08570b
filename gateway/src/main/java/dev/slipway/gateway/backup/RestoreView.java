package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.deployment.Failure;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A restore as it is shown. */
record RestoreView(
    String id,
    BackupId backupId,
    @Nullable String databaseId,
    @Nullable String applicationId,
    @Nullable String volume,
    int generation,
    List<String> only,
    boolean inPlace,
    @Nullable BackupId safetyBackupId,
    String actor,
    Restore.Status status,
    long progressBytes,
    long totalBytes,
    @Nullable Failure failure,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt) {

  static RestoreView of(Restore known) {
    return new RestoreView(
        known.id(),
        known.backupId(),
        SubjectFields.database(known.target()),
        SubjectFields.application(known.target()),
        known.target().volume(),
        known.generation(),
        known.only(),
        known.inPlace(),
        known.safetyBackupId(),
        known.actor(),
        known.status(),
        known.progressBytes(),
        known.totalBytes(),
        known.failure(),
        known.createdAt(),
        known.startedAt(),
        known.completedAt());
  }
}
