package dev.slipway.runtime.keep;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.platform.keep.Chore;
import dev.slipway.platform.keep.Outcome;
import dev.slipway.platform.lease.Lease;
import dev.slipway.store.SweepStore;
import dev.slipway.store.SweepStore.Swept;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** What is cleared up in the database, batch after batch, by the holder of one lease. */
final class DatabaseChores {
  private static final int STREAMS = 500;
  private static final Duration RESULTS = Duration.ofDays(30);
  private static final Duration DELIVERIES = Duration.ofDays(30);
  private static final int DELIVERIES_OF_ONE = 2_000;
  private static final int BODIES_OF_ONE = 100;

  private final SweepStore rows;
  private final KeepConfig config;

  /** Deployments of each application whose source archives are kept for a retry. */
  private static final int ARCHIVED_DEPLOYMENTS = 20;

  private final Lease lease;

  DatabaseChores(SweepStore rows, KeepConfig config, Lease lease) {
    this.rows = rows;
    this.config = config;
    this.lease = lease;
  }

  List<Chore> all() {
    return List.of(
        new Chore("log-segments", this::logs),
        chore("log-streams", () -> rows.orphanedStreams(lease)),
        chore("sagas", () -> rows.sagas(lease, config.sagas())),
        chore("events", () -> rows.events(lease, config.events())),
        chore("idempotency-keys", () -> rows.idempotencyKeys(lease, config.idempotencyKeys())),
        chore(
            "webhook-deliveries",
            () -> rows.webhookDeliveries(lease, DELIVERIES, DELIVERIES_OF_ONE)),
        chore("webhook-bodies", () -> rows.webhookBodies(lease, BODIES_OF_ONE)),
        chore("processes", () -> rows.processes(lease)),
        chore("ingresses", () -> rows.ingresses(lease)),
        chore("source-archives", () -> rows.archives(lease, ARCHIVED_DEPLOYMENTS)),
        chore("results", () -> rows.results(lease, RESULTS)));
  }

  private static Chore chore(String what, Supplier<Future<Swept>> batch) {
    return new Chore(
        what,
        () -> {
          Swept all = batches(batch);
          return Outcome.collected(all.rows(), all.bytes());
        });
  }

  private static Swept batches(Supplier<Future<Swept>> batch) throws InterruptedException {
    Swept all = Swept.NOTHING;
    Swept one;
    do {
      stopIfInterrupted();
      one = batch.get().await();
      all = all.plus(one);
    } while (one.rows() > 0);
    return all;
  }

  /** Stream by stream, by name: an interrupted look begins anew and finds less to do. */
  private Outcome logs() throws InterruptedException {
    Swept all = Swept.NOTHING;
    List<String> streams = rows.streams("", STREAMS).await();
    while (!streams.isEmpty()) {
      for (String orphan : rows.orphaned(streams).await()) {
        all = all.plus(cut(orphan, Long.MAX_VALUE));
      }
      for (String stream : streams) {
        if (LogStreams.ofContainers(stream)) {
          all = all.plus(aged(stream));
        }
      }
      streams = rows.streams(streams.getLast(), STREAMS).await();
    }
    Swept left = rows.logsHeld().await();
    return new Outcome(all.rows(), all.bytes(), left.rows(), left.bytes());
  }

  private Swept aged(String stream) throws InterruptedException {
    stopIfInterrupted();
    long upTo = rows.surplus(stream, config.logs(), config.logBytes()).await();
    return upTo > 0 ? cut(stream, upTo) : Swept.NOTHING;
  }

  private Swept cut(String stream, long upTo) throws InterruptedException {
    return batches(() -> rows.segments(lease, stream, upTo));
  }

  private static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the duty was given up");
    }
  }
}
