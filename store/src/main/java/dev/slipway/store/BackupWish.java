package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.DeploymentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is wanted.
 *
 * @param subjectName what people call the subject now
 * @param projectId whose members may see it; null for the platform
 * @param engine and {@code engineVersion} of a database; null for all else
 * @param scheduleId and {@code dueAt}: which schedule's which moment; null without one
 * @param encrypted the platform's own state is, whatever is wished
 * @param nodeId the node that alone can take it (volumes); null: any backup service
 * @param pauseApplication what mounts the volume stands still while it is read
 * @param deploymentId the deployment that waits for it; null without one
 */
public record BackupWish(
    BackupSubject subject,
    String subjectName,
    @Nullable String projectId,
    @Nullable String engine,
    @Nullable String engineVersion,
    @Nullable String scheduleId,
    @Nullable Instant dueAt,
    BackupTrigger trigger,
    String actor,
    String destinationId,
    boolean encrypted,
    @Nullable String nodeId,
    boolean pauseApplication,
    @Nullable DeploymentId deploymentId) {

  public BackupWish {
    encrypted = encrypted || subject.kind() == BackupSubject.Kind.PLATFORM;
    pauseApplication = pauseApplication && subject.kind() == BackupSubject.Kind.VOLUME;
  }

  /** One that pauses nothing, and that no deployment waits for. */
  public BackupWish(
      BackupSubject subject,
      String subjectName,
      @Nullable String projectId,
      @Nullable String engine,
      @Nullable String engineVersion,
      @Nullable String scheduleId,
      @Nullable Instant dueAt,
      BackupTrigger trigger,
      String actor,
      String destinationId,
      boolean encrypted,
      @Nullable String nodeId) {
    this(
        subject,
        subjectName,
        projectId,
        engine,
        engineVersion,
        scheduleId,
        dueAt,
        trigger,
        actor,
        destinationId,
        encrypted,
        nodeId,
        false,
        null);
  }

  /** A backup of a database, at once and by no schedule. */
  public static BackupWish of(
      ProjectDatabase database,
      BackupTrigger trigger,
      String actor,
      String destinationId,
      boolean encrypted) {
    return new BackupWish(
        BackupSubject.database(database.id().value()),
        database.name(),
        database.projectId().value(),
        database.engine().wire(),
        database.version(),
        null,
        null,
        trigger,
        actor,
        destinationId,
        encrypted,
        null);
  }

  /**
   * What a schedule is for, by no moment of it yet: the one place where one becomes a wish.
   *
   * @param subject as {@link BackupSubjects#find} tells of it in the same transaction
   */
  static BackupWish of(BackupSchedule schedule, BackupSubjects.Known subject) {
    return new BackupWish(
        schedule.subject(),
        subject.name(),
        subject.projectId(),
        subject.engine(),
        subject.version(),
        schedule.id(),
        null,
        BackupTrigger.SCHEDULE,
        "schedule " + schedule.name(),
        schedule.destinationId(),
        schedule.encrypted(),
        subject.nodeId(),
        schedule.pauseApplication(),
        null);
  }

  /** The same because a schedule asks for it. */
  public BackupWish due(String schedule, Instant at) {
    return new BackupWish(
        subject,
        subjectName,
        projectId,
        engine,
        engineVersion,
        schedule,
        at,
        BackupTrigger.SCHEDULE,
        actor,
        destinationId,
        encrypted,
        nodeId,
        pauseApplication,
        null);
  }

  /** The same because a deployment waits for it, which somebody asked for. */
  BackupWish before(DeploymentId deployment, String whoDeploys) {
    return new BackupWish(
        subject,
        subjectName,
        projectId,
        engine,
        engineVersion,
        scheduleId,
        null,
        BackupTrigger.BEFORE_DEPLOY,
        whoDeploys,
        destinationId,
        encrypted,
        nodeId,
        pauseApplication,
        deployment);
  }
}
