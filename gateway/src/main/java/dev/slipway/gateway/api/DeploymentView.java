package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.DeploymentStep;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as it looks from outside.
 *
 * @param commitSha the commit as it is pinned; before that the one that was asked for
 * @param durationSeconds from start to end, or until now; null before the start
 */
record DeploymentView(
    DeploymentId id,
    ApplicationId applicationId,
    int number,
    DeploymentStatus status,
    Trigger trigger,
    String actor,
    @Nullable String title,
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
    @Nullable Double durationSeconds,
    List<DeploymentStep> steps,
    boolean skipBackups,
    List<String> backupIds) {

  static DeploymentView of(Deployment deployment) {
    return new DeploymentView(
        deployment.id(),
        deployment.applicationId(),
        deployment.number(),
        deployment.status(),
        deployment.trigger(),
        deployment.actor(),
        deployment.title(),
        deployment.commitSha() != null ? deployment.commitSha() : deployment.requestedCommit(),
        deployment.commitMessage(),
        deployment.branch(),
        deployment.imageDigest(),
        deployment.releaseId(),
        // A restart also copies a release, but nobody asked to go back.
        deployment.trigger() == Trigger.ROLLBACK ? deployment.rollbackOf() : null,
        deployment.queuePosition(),
        deployment.reason(),
        deployment.failure(),
        deployment.createdAt(),
        deployment.startedAt(),
        deployment.completedAt(),
        seconds(deployment.startedAt(), deployment.completedAt()),
        deployment.steps(),
        deployment.skipBackups(),
        deployment.backupIds());
  }

  private static @Nullable Double seconds(@Nullable Instant from, @Nullable Instant to) {
    if (from == null) {
      return null;
    }
    return Math.max(0, Duration.between(from, to == null ? Instant.now() : to).toMillis()) / 1000.0;
  }
}
