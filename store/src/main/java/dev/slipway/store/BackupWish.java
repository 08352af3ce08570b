package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.store.BackupSubjects.Known;

/**
 * A backup that is wanted.
 *
 * @param known what is known of the subject now
 * @param encrypted the platform's own state is, whatever is wished
 * @param pauseApplication what mounts the volume stands still while it is read
 */
public record BackupWish(
    BackupSubject subject,
    Known known,
    BackupCause cause,
    String destinationId,
    boolean encrypted,
    boolean pauseApplication) {

  public BackupWish {
    encrypted = encrypted || subject.kind() == BackupSubject.Kind.PLATFORM;
    pauseApplication = pauseApplication && subject.kind() == BackupSubject.Kind.VOLUME;
  }

  /** One that pauses nothing. */
  public BackupWish(
      BackupSubject subject,
      Known known,
      BackupCause cause,
      String destinationId,
      boolean encrypted) {
    this(subject, known, cause, destinationId, encrypted, false);
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
        Known.of(database),
        BackupCause.of(trigger, actor),
        destinationId,
        encrypted);
  }

  /**
   * What a schedule is for: the one place where one becomes a wish.
   *
   * @param known as {@link BackupSubjects#find} tells of its subject in the same transaction
   */
  static BackupWish of(BackupSchedule schedule, Known known, BackupCause cause) {
    return new BackupWish(
        schedule.subject(),
        known,
        cause,
        schedule.destinationId(),
        schedule.encrypted(),
        schedule.pauseApplication());
  }
}
