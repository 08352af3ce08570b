package dev.slipway.backup.content;

import dev.slipway.contracts.backup.BackupContract.Checked;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.store.DestinationStore;
import dev.slipway.store.DestinationStore.CheckFailure;
import dev.slipway.store.DestinationStore.Opened;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tries destinations and notes what came of it, from which alarms are judged: when somebody asks,
 * daily while schedules lead there, and again soon after something failed.
 */
public final class DestinationChecks {
  private static final Duration EVERY = Duration.ofDays(1);
  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final DestinationStore store;
  private final OpenDestinations destinations;

  public DestinationChecks(DestinationStore store, OpenDestinations destinations) {
    this.store = store;
    this.destinations = destinations;
  }

  /**
   * Tries one. What is wrong with it is the answer and no failure.
   *
   * @throws Problem 404 when there is none
   */
  public Checked check(String id) {
    Opened opened = store.open(id).await();
    CheckFailure failure = tried(opened);
    store.checked(opened, failure).await();
    return failure == null
        ? new Checked(true, null, null, null)
        : new Checked(false, failure.code(), failure.detail(), failure.remedy());
  }

  private @Nullable CheckFailure tried(Opened opened) {
    try {
      destinations.check(opened);
      return null;
    } catch (Problem wrong) {
      return new CheckFailure(wrong.code(), wrong.detail(), wrong.remedy());
    }
  }

  /** Tries those that are due. */
  public Outcome checkDue() throws InterruptedException {
    List<String> due = store.toCheck(EVERY, AGAIN).await();
    for (String id : due) {
      if (Thread.interrupted()) {
        throw new InterruptedException("stopped between two checks");
      }
      check(id);
    }
    return Outcome.collected(0, 0);
  }
}
