package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Manifest;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A backup as it is shown. */
record BackupView(
    String id,
    @Nullable String databaseId,
    @Nullable String applicationId,
    @Nullable String volume,
    boolean platform,
    String subjectName,
    @Nullable String engine,
    @Nullable String engineVersion,
    @Nullable String scheduleId,
    @Nullable Instant dueAt,
    BackupTrigger trigger,
    @Nullable DeploymentId deploymentId,
    String actor,
    String destinationId,
    @Nullable String objectKey,
    boolean encrypted,
    BackupStatus status,
    long progressBytes,
    @Nullable Manifest manifest,
    @Nullable Failure failure,
    boolean pinned,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant storedAt,
    @Nullable Instant verifiedAt,
    @Nullable Instant completedAt,
    @Nullable Instant removedAt) {

  static BackupView of(Backup known) {
    return new BackupView(
        known.id().value(),
        SubjectFields.database(known.subject()),
        SubjectFields.application(known.subject()),
        known.subject().volume(),
        SubjectFields.platform(known.subject()),
        known.subjectName(),
        known.engine(),
        known.engineVersion(),
        known.scheduleId(),
        known.dueAt(),
        known.trigger(),
        known.deploymentId(),
        known.actor(),
        known.destinationId(),
        known.objectKey(),
        known.encrypted(),
        known.status(),
        known.progressBytes(),
        known.manifest(),
        known.failure(),
        known.pinned(),
        known.createdAt(),
        known.startedAt(),
        known.storedAt(),
        known.verifiedAt(),
        known.completedAt(),
        known.removedAt());
  }
}
