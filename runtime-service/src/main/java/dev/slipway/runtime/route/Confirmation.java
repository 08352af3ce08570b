package dev.slipway.runtime.route;

import dev.slipway.store.RouteStore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for the word of the ingresses that they have applied the routes. Woken by what they tell
 * the database, and looks by itself besides. An ingress that does not report is down, and not
 * waited for.
 */
public final class Confirmation {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final RouteStore routes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition told = lock.newCondition();
  private long times;

  public Confirmation(RouteStore routes) {
    this.routes = routes;
  }

  /** An ingress has told something: whoever waits looks at once. */
  public void ring() {
    lock.lock();
    try {
      times++;
      told.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until every live ingress applied the routes as they stand now.
   *
   * @return false when one has not within the limit
   */
  public boolean await(Duration limit) throws InterruptedException {
    long version = routes.version().await();
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long seen = times();
      if (routes.behind(version).await() == 0) {
        return true;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      awaitNews(seen, Math.min(left, LOOK.toNanos()));
    }
  }

  private long times() {
    lock.lock();
    try {
      return times;
    } finally {
      lock.unlock();
    }
  }

  private void awaitNews(long seen, long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (times == seen && left > TimeUnit.MICROSECONDS.toNanos(10)) {
        left = told.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
