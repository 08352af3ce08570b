package dev.slipway.runtime.backup;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.BackupStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a backup that was asked for as a row until it is proven, because only then it counts.
 * How long is judged by the database's clock from the moment it was asked for: a process that takes
 * the work over does not begin to wait anew.
 */
public final class BackupWait {
  private static final long LOOK_MILLIS = 200;

  /** Whoever waits is without something meanwhile: a backup that nobody begins is given up. */
  private static final Duration BEGUN_WITHIN = Duration.ofMinutes(10);

  private final BackupStore backups;

  /** Waits for rows of this store. */
  public BackupWait(BackupStore backups) {
    this.backups = backups;
  }

  /**
   * What is waited for, in people's words, and how long.
   *
   * @param backup goes on a sentence: {@code the backup of what is there}
   * @param code of the failure when it is not proven
   * @param within how long it may take in all, from being asked for; null: as long as it takes
   * @param untouched how things stand after a failure, as a sentence
   * @param otherwise what else can be done, as a sentence; null: nothing
   */
  public record Terms(
      String backup,
      String code,
      @Nullable Duration within,
      String untouched,
      @Nullable String otherwise) {

    /** A failure in these words. */
    public Problem failed(String detail, String remedy) {
      return failed(code, detail, remedy);
    }

    private Problem failed(String because, String detail, String remedy) {
      return Problem.failed(because, detail, otherwise == null ? remedy : remedy + " " + otherwise);
    }
  }

  /**
   * Looks once; to be called with {@link #rest} in between until it is true.
   *
   * @param look told how it stands
   * @return whether it is verified
   * @throws Problem with the code of the terms when it has ended otherwise or takes too long,
   *     {@code no_backup_service} when nobody has begun it for ten minutes
   */
  public boolean isProven(BackupId id, Terms terms, Consumer<Backup> look) {
    Backup backup = backups.get(id).await();
    look.accept(backup);
    return switch (backup.status()) {
      case VERIFIED -> true;
      case FAILED, CANCELLED -> throw ended(backup.failure(), terms);
      case PENDING, RUNNING, STORED -> {
        mustBeBegun(backup, terms);
        mustBeInTime(backup, terms);
        yield false;
      }
    };
  }

  private static Problem ended(@Nullable Failure failure, Terms terms) {
    String backup = sentence(terms.backup());
    return failure == null
        ? terms.failed(backup + " was cancelled.", "Ask again when you are ready.")
        : terms.failed(backup + " failed: " + failure.detail(), failure.remedy());
  }

  /**
   * Between two looks at rows that others change. Short at first: what is done soon is seen soon.
   *
   * @param looks how many there were before
   */
  public static void rest(StepContext ctx, int looks) throws InterruptedException {
    ctx.checkpoint();
    TimeUnit.MILLISECONDS.sleep(Math.min(10L << Math.min(looks, 10), LOOK_MILLIS));
  }

  private void mustBeBegun(Backup backup, Terms terms) {
    if (backup.status() == BackupStatus.PENDING
        && backups.isUnbegunFor(backup.id(), BEGUN_WITHIN).await()) {
      throw terms.failed(
          "no_backup_service",
          "No backup service has begun %s within %s."
              .formatted(terms.backup(), minutes(BEGUN_WITHIN)),
          "Look with ./slipway status whether a backup service runs, and whether it is busy; then"
              + " ask again. "
              + terms.untouched());
    }
  }

  private void mustBeInTime(Backup backup, Terms terms) {
    Duration within = terms.within();
    if (within != null && backups.isOpenFor(backup.id(), within).await()) {
      throw terms.failed(
          "%s was not proven within %s: it is %s."
              .formatted(sentence(terms.backup()), minutes(within), backup.status().wire()),
          "Its log tells what it does: GET /api/backups/"
              + backup.id()
              + "/logs. "
              + terms.untouched());
    }
  }

  private static String minutes(Duration time) {
    return time.toSeconds() % 60 == 0 ? time.toMinutes() + " minutes" : time.toSeconds() + " s";
  }

  private static String sentence(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
