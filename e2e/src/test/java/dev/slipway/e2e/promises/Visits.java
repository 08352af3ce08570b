package dev.slipway.e2e.promises;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/** Visitors of one kind, each of whom begins the next visit when one has ended. */
final class Visits implements AutoCloseable {
  private static final int FAILURES_KEPT = 5;
  private static final Duration LAST_VISIT = Duration.ofSeconds(60);

  /** One visit from its beginning to its end. */
  @FunctionalInterface
  interface Visit {
    /** Returns when all went well; anything thrown is a failed visit, with its reason. */
    void once() throws Exception;
  }

  /**
   * What the visitors saw.
   *
   * @param visits begun and ended, well or not
   */
  record Tally(String kind, long visits, long failed, List<String> failures) {
    @Override
    public String toString() {
      return visits + " " + kind + (failed == 0 ? "" : " (" + failed + " failed)");
    }
  }

  private final String kind;
  private final Visit visit;
  private final LongAdder visits = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> visitors;
  private volatile boolean going = true;

  private Visits(String kind, int count, Visit visit) {
    this.kind = kind;
    this.visit = visit;
    this.visitors =
        IntStream.range(0, count)
            .mapToObj(i -> Thread.ofVirtual().name(kind + "-" + i).unstarted(this::visitAll))
            .toList();
  }

  static Visits begin(String kind, int count, Visit visit) {
    Visits visits = new Visits(kind, count, visit);
    visits.visitors.forEach(Thread::start);
    return visits;
  }

  private void visitAll() {
    while (going) {
      try {
        visit.once();
      } catch (Exception | AssertionError e) {
        failed.increment();
        if (failures.size() < FAILURES_KEPT) {
          failures.add(kind + ": " + e);
        }
      }
      visits.increment();
    }
  }

  /** Lets the visits under way end, and counts. */
  Tally end() {
    going = false;
    for (Thread visitor : visitors) {
      try {
        if (!visitor.join(LAST_VISIT)) {
          throw new IllegalStateException("a visit of " + kind + " does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    return new Tally(kind, visits.sum(), failed.sum(), List.copyOf(failures));
  }

  @Override
  public void close() {
    going = false;
  }
}
