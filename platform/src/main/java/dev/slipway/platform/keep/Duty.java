package dev.slipway.platform.keep;

import dev.slipway.platform.lease.FencedOut;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list of chores that one process does from time to time, or at once when somebody asks. Starts
 * nothing before {@link #start} and nothing after {@link #close}.
 */
public final class Duty implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duty.class);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final String name;
  private final String attempt;
  private final Duration every;
  private final DutyBook book;
  private final List<Chore> chores;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * A duty that is not being done yet.
   *
   * @param name {@code database}, {@code node:<id>}, {@code builder:<process>}
   * @param attempt names this process' time with it: a run that another one left is done again
   * @param every time from the beginning of a run to the next
   */
  public Duty(String name, String attempt, Duration every, DutyBook book, List<Chore> chores) {
    this.name = name;
    this.attempt = attempt;
    this.every = every;
    this.book = book;
    this.chores = List.copyOf(chores);
    this.thread = Thread.ofVirtual().name("keep-" + name).unstarted(this::loop);
  }

  public void start() {
    thread.start();
  }

  /** Stops in the middle if need be; the next attempt begins the run again. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void loop() {
    while (!closed) {
      try {
        runIfDue();
        TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      } catch (InterruptedException ended) {
        return;
      } catch (FencedOut lost) {
        LOG.info("Housekeeping of {} goes on elsewhere", name);
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("Housekeeping of {} cannot be looked after: {}", name, e.getMessage());
          rest();
        }
      }
    }
  }

  private void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } catch (InterruptedException ended) {
      closed = true;
    }
  }

  /** Runs when it is due, in the calling thread; false when it is not. */
  public boolean runIfDue() throws InterruptedException {
    if (!book.begin(name, attempt, every).await()) {
      return false;
    }
    for (Chore chore : chores) {
      if (closed || Thread.interrupted()) {
        throw new InterruptedException("the duty was given up in the middle of a run");
      }
      carryOut(chore);
    }
    book.end(name, attempt).await();
    return true;
  }

  /** One chore's failure is written down and keeps none of the others from being done. */
  private void carryOut(Chore chore) throws InterruptedException {
    long began = System.nanoTime();
    try {
      Outcome outcome = chore.work().collect();
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      if (outcome.held() >= 0) {
        book.held(name, chore.what(), outcome.held(), outcome.heldBytes()).await();
      }
      if (outcome.collected() > 0) {
        LOG.info(
            "Housekeeping of {} collected {} {} ({} KB) in {} ms",
            name,
            outcome.collected(),
            chore.what(),
            outcome.bytes() >> 10,
            took);
        book.record(name, chore.what(), outcome.collected(), outcome.bytes(), took, null).await();
      }
    } catch (InterruptedException | FencedOut over) {
      throw over;
    } catch (Exception e) {
      if (closed) {
        throw new InterruptedException("the duty was given up in the middle of a chore");
      }
      LOG.warn("Housekeeping of {} could not collect {}: {}", name, chore.what(), e.toString());
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      book.record(name, chore.what(), 0, 0, took, String.valueOf(e.getMessage())).await();
    }
  }
}
