package dev.slipway.contracts.backup;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Failure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One backup.
 *
 * @param subjectName what people called the subject then; it outlives the subject
 * @param engine of a database, {@link dev.slipway.contracts.database.DatabaseEngine#wire()}; null
 *     for all else
 * @param engineVersion the version its owner had asked for: a scratch server of it can restore this
 * @param scheduleId null when no schedule asked for it
 * @param dueAt the moment its schedule asked for; null without one
 * @param deploymentId the deployment that waits for it, or waited; null for all others
 * @param objectKey where it lies at the destination; null before anything does
 * @param progressBytes plain bytes read so far, or restored so far while it is verified
 * @param manifest null before it is stored
 * @param pinned retention never removes it
 * @param removedAt when what lay at the destination was removed; null while it is there
 */
public record Backup(
    BackupId id,
    BackupSubject subject,
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
    @Nullable Instant removedAt) {}
