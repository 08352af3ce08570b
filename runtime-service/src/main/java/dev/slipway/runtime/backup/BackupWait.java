package dev.slipway.runtime.backup;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.BackupStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for backups that were asked for as rows until they are proven, because only then they
 * count. How long is judged by the database's clock from the moment each was asked for: a process
 * that takes the work over does not begin to wait anew. But a platform that was down, or a clock
 * that was set, is no reason to give up: the database must say so for a while on end, and while its
 * clock is behind, this wait's own time counts. One for each run of a step.
 */
public final class BackupWait {
  /**
   * For how long the database must say on end that a wait is over: services come back meanwhile.
   */
  public static final Duration TOLD = Duration.ofMinutes(1);

  private static final long LOOK_MILLIS = 200;
  private static final long LATER_LOOK_MILLIS = 1000;

  /** About ten seconds of looks. */
  private static final int LATER = 50;

  /** Whoever waits is without something meanwhile: a backup that nobody begins is given up. */
  private static final Duration BEGUN_WITHIN = Duration.ofMinutes(10);

  private final BackupStore backups;
  private final Duration told;
  private final LongSupplier nanos;
  private final Map<String, Long> since = new HashMap<>();

  /**
   * Waits for rows of this store.
   *
   * @param told {@link #TOLD}, where nobody is in a hurry
   */
  public BackupWait(BackupStore backups, Duration told) {
    this(backups, told, System::nanoTime);
  }

  BackupWait(BackupStore backups, Duration told, LongSupplier nanos) {
    this.backups = backups;
    this.told = told;
    this.nanos = nanos;
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
   *     {@code no_backup_service} when nobody has begun it for ten minutes and nobody lives who
   *     would
   */
  public boolean isProven(BackupId id, Terms terms, Consumer<Backup> look) {
    Backup backup = backups.get(id).await();
    look.accept(backup);
    if (backup.status() == BackupStatus.VERIFIED) {
      return true;
    }
    mustGoOn(backup, terms);
    return false;
  }

  /**
   * The same for a backup that need only lie at its destination: whoever reads it compares.
   *
   * @throws Problem as above
   */
  public boolean isStored(BackupId id, Terms terms, Consumer<Backup> look) {
    Backup backup = backups.get(id).await();
    look.accept(backup);
    if (backup.manifest() != null || backup.status() == BackupStatus.VERIFIED) {
      return true;
    }
    mustGoOn(backup, terms);
    return false;
  }

  private void mustGoOn(Backup backup, Terms terms) {
    if (backup.status().ended()) {
      throw ended(backup.failure(), terms);
    }
    Duration waited = waited(backup.id());
    mustBeBegun(backup, waited, terms);
    mustBeInTime(backup, waited, terms);
  }

  private static Problem ended(@Nullable Failure failure, Terms terms) {
    String backup = sentence(terms.backup());
    return failure == null
        ? terms.failed(backup + " was cancelled.", "Ask again when you are ready.")
        : terms.failed(backup + " failed: " + failure.detail(), failure.remedy());
  }

  /**
   * Between two looks at rows that others change. Short at first: what is done soon is seen soon,
   * and what takes longer may take a second more.
   *
   * @param looks how many there were before
   */
  public static void rest(StepContext ctx, int looks) throws InterruptedException {
    ctx.checkpoint();
    TimeUnit.MILLISECONDS.sleep(
        looks < LATER ? Math.min(10L << Math.min(looks, 10), LOOK_MILLIS) : LATER_LOOK_MILLIS);
  }

  /** Since it was asked for; at least since the first look, whatever the clock says meanwhile. */
  private Duration waited(BackupId id) {
    Duration age = backups.age(id).await();
    Duration here = onEnd(id + " is waited for", true);
    return age.compareTo(here) > 0 ? age : here;
  }

  /** For how long this has been so at each look. */
  private Duration onEnd(String what, boolean so) {
    if (!so) {
      since.remove(what);
      return Duration.ZERO;
    }
    long now = nanos.getAsLong();
    return Duration.ofNanos(now - since.computeIfAbsent(what, first -> now));
  }

  /**
   * Whether it is over, and was at each look for as long as a limit of this length may be doubted.
   */
  private boolean isSure(String what, boolean over, Duration limit) {
    Duration doubt = told.compareTo(limit) < 0 ? told : limit;
    return onEnd(what, over).compareTo(doubt) >= 0 && over;
  }

  private void mustBeBegun(Backup backup, Duration waited, Terms terms) {
    boolean over =
        backup.status() == BackupStatus.PENDING
            && waited.compareTo(BEGUN_WITHIN) > 0
            && backups.isUnserved(backup.id()).await();
    if (isSure(backup.id() + " is not begun", over, BEGUN_WITHIN)) {
      throw terms.failed(
          "no_backup_service",
          "No backup service has begun %s within %s, and none is there that would."
              .formatted(terms.backup(), minutes(BEGUN_WITHIN)),
          "Look with ./slipway status whether a backup service runs, for a volume beside the engine"
              + " where it lies; start one, and ask again. "
              + terms.untouched());
    }
  }

  private void mustBeInTime(Backup backup, Duration waited, Terms terms) {
    Duration within = terms.within();
    if (within != null
        && isSure(backup.id() + " is not proven", waited.compareTo(within) > 0, within)) {
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
