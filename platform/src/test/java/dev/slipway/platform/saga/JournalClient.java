package dev.slipway.platform.saga;

import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.saga.JournalModel.Op;
import dev.slipway.platform.saga.JournalModel.Step;
import dev.slipway.platform.saga.SagaJournal.Checkpoint;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One process of a seed: runs sagas as a runner does, and cancels and submits as users do. */
final class JournalClient {
  static final int SAGAS = 3;

  /** Nobody waits for it: a lease runs out when a client says so. */
  private static final Duration LEASE = Duration.ofHours(1);

  private final Database database;
  private final long seed;
  private final SagaJournal journal;
  private final List<Script> scripts;
  private String saga;
  private long fence;
  private int step;
  private int outputs;
  private final int number;

  JournalClient(Database database, long seed, int number) {
    this.database = database;
    this.seed = seed;
    this.number = number;
    this.journal = new SagaJournal(database, "owner-" + number, LEASE);
    this.scripts = List.of(Script.named(kind(seed), 1).step("first", ctx -> null).build());
    this.saga = saga(0);
  }

  static String kind(long seed) {
    return "kind-" + seed;
  }

  private String saga(int index) {
    return "saga-" + seed + "-" + index;
  }

  /** Two of the three sagas are about one thing and exclude each other. */
  private String exclusive(int index) {
    return "thing-" + seed + "-" + index / 2;
  }

  Op step(RandomGenerator dice) {
    int any = dice.nextInt(SAGAS);
    return switch (dice.nextInt(14)) {
      case 0, 1 -> submit(any);
      case 2, 3, 4, 5 -> claim(false);
      case 6 -> heartbeat();
      case 7 -> {
        journal.release(List.of(held())).await();
        yield new Op.Release(saga, fence);
      }
      case 8 -> runOut(any);
      case 9, 10, 11 -> checkpoint();
      case 12 -> dice.nextInt(3) == 0 ? finish(dice.nextBoolean() ? "done" : "stuck") : turnBack();
      default -> cancel(any);
    };
  }

  private Fence held() {
    return new Fence(saga, fence);
  }

  Op claimWhenQuiet() {
    return claim(true);
  }

  private Op submit(int index) {
    boolean added =
        SagaStore.submit(
                database,
                new NewSaga(saga(index), kind(seed), 1, saga(index), exclusive(index), Map.of()))
            .await();
    return new Op.Submit(saga(index), exclusive(index), added);
  }

  private Op claim(boolean quiet) {
    @Nullable ClaimedSaga claimed;
    try {
      claimed = journal.claim(scripts, 8).await();
    } catch (PgException lostTheRace) {
      if (!"23505".equals(lostTheRace.getSqlState())) {
        throw lostTheRace;
      }
      claimed = null;
    }
    if (claimed == null) {
      return new Op.Claim(null, 0, false, false, Map.of(), quiet);
    }
    saga = claimed.fence().sagaId();
    fence = claimed.fence().number();
    Map<Integer, Step> steps = new TreeMap<>();
    claimed
        .journal()
        .forEach((n, entry) ->
            steps.put(
                n,
                new Step(
                    entry.state(),
                    entry.attempt(),
                    entry.output() == null ? "" : entry.output().toString())));
    step = steps.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    return new Op.Claim(
        saga, fence, claimed.undoing(), claimed.cancelRequested(), Map.copyOf(steps), quiet);
  }

  private Op heartbeat() {
    var rows = journal.heartbeat(List.of(held())).await();
    boolean ours = rows.size() == 1;
    return new Op.Heartbeat(
        saga, fence, ours, ours && rows.iterator().next().getBoolean("cancelled"));
  }

  private Op runOut(int index) {
    database
        .query(
            "UPDATE sagas SET lease_until = now() - interval '1 hour' WHERE id = $1", saga(index))
        .await();
    return new Op.RunOut(saga(index));
  }

  private Op checkpoint() {
    int ended = step;
    // unique: an output that was lost, or overwritten by a stale owner, is seen
    String output = "\"" + number + "." + ++outputs + "\"";
    try {
      SagaJournal.Progress progress =
          journal
              .checkpoint(
                  database,
                  held(),
                  Checkpoint.begin(ended + 1, "step-" + (ended + 1), false).ended(ended, output))
              .await();
      step = progress.cancelRequested() ? step : ended + 1;
      return new Op.Checkpoint(saga, fence, ended, output, true, progress.cancelRequested());
    } catch (FencedOut out) {
      return new Op.Checkpoint(saga, fence, ended, output, false, false);
    }
  }

  private Op turnBack() {
    return new Op.TurnBack(
        saga, fence, step, accepted(() -> journal.turnBack(held(), step, null).await()));
  }

  private Op finish(String state) {
    return new Op.Finish(
        saga, fence, state, accepted(() -> journal.finish(database, held(), state, null).await()));
  }

  private static boolean accepted(Runnable write) {
    try {
      write.run();
      return true;
    } catch (FencedOut out) {
      return false;
    }
  }

  private Op cancel(int index) {
    return new Op.Cancel(saga(index), SagaStore.cancel(database, saga(index)).await());
  }
}
