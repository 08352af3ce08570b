package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSchedule;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.store.BackupStore.Wish;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a schedule asks for: the same whether its time has come or a deployment waits for it. */
public final class ScheduledWish {
  private static final String ACTOR = "schedule ";

  private ScheduledWish() {}

  /**
   * The backup that a schedule wants now.
   *
   * @param subject as {@link BackupSubjects#find} tells of it in the same transaction
   * @param dueAt the moment it is for, which is never asked for twice; null without one
   * @return empty while nothing can be read from the subject: see {@link
   *     BackupSubjects.Known#readable}
   */
  public static Optional<Wish> of(
      BackupSchedule schedule,
      BackupSubjects.Known subject,
      BackupTrigger trigger,
      @Nullable Instant dueAt) {
    return subject.readable(schedule.subject())
        ? Optional.of(
            new Wish(
                schedule.subject(),
                subject.name(),
                subject.projectId(),
                subject.engine(),
                subject.version(),
                schedule.id(),
                dueAt,
                trigger,
                ACTOR + schedule.name(),
                schedule.destinationId(),
                schedule.encrypted(),
                subject.nodeId(),
                schedule.pauseApplication()))
        : Optional.empty();
  }
}
