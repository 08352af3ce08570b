package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to bring a commit (or an older release) into service.
 *
 * @param number counts the deployments of its application from 1
 * @param requestedCommit what the caller asked for; null: the branch's head
 * @param releaseId the release it made; null until the image stands
 * @param rollbackOf the release it copies, for a rollback
 * @param reason why it was cancelled: {@code superseded}, {@code requested}
 * @param skipBackups it was asked for without the backups that are due before it
 * @param backupIds what it waits for before its release starts, or waited for
 * @param queuePosition how many wait before it, from 0; null when it does not wait
 */
public record Deployment(
    DeploymentId id,
    ApplicationId applicationId,
    int number,
    DeploymentStatus status,
    Trigger trigger,
    String actor,
    @Nullable String title,
    @Nullable String requestedCommit,
    @Nullable String commitSha,
    @Nullable String commitMessage,
    @Nullable String branch,
    @Nullable String imageDigest,
    @Nullable ReleaseId releaseId,
    @Nullable ReleaseId rollbackOf,
    @Nullable Integer queuePosition,
    @Nullable String reason,
    @Nullable Failure failure,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    List<DeploymentStep> steps,
    boolean skipBackups,
    List<String> backupIds) {}
