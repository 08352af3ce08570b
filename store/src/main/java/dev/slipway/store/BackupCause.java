package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a backup is wanted.
 *
 * @param actor who asked for it
 * @param scheduleId whose wish it is; null without one
 * @param dueAt which moment of that schedule; null when it was no moment that asked
 * @param deploymentId the deployment that waits for it; null without one
 */
public record BackupCause(
    BackupTrigger trigger,
    String actor,
    @Nullable String scheduleId,
    @Nullable Instant dueAt,
    @Nullable DeploymentId deploymentId) {

  /** Neither a schedule's moment nor a deployment. */
  public static BackupCause of(BackupTrigger trigger, String actor) {
    return new BackupCause(trigger, actor, null, null, null);
  }

  /** A schedule's moment has come. */
  static BackupCause due(BackupSchedule schedule, Instant at) {
    return new BackupCause(
        BackupTrigger.SCHEDULE, "schedule " + schedule.name(), schedule.id(), at, null);
  }

  /** A deployment, which somebody asked for, waits for what this schedule wants before it. */
  static BackupCause before(BackupSchedule schedule, Deployment deployment) {
    return new BackupCause(
        BackupTrigger.BEFORE_DEPLOY, deployment.actor(), schedule.id(), null, deployment.id());
  }
}
