package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.Follow;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One follower of the engine's events for everybody in this process. Who waits is woken by whatever
 * happens to our containers and then looks for itself, so that a missed event costs latency only.
 */
public final class EngineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  private final DockerEngine engine;
  private final Map<String, String> labels;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition happened = lock.newCondition();
  private long moments;
  private volatile long lastEventNanos;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile Thread thread = Thread.ofVirtual().name("engine-watch").unstarted(this::watch);

  /** Hears what happens. Called on the follower's thread: hand over and return. */
  public interface Listener {
    void heard(EngineEvent event);

    /** Events may have been missed: look at everything again. */
    default void reread() {}
  }

  /** Follows everything of an installation. */
  public EngineWatch(DockerEngine engine, String installation) {
    this(engine, Labels.ours(installation));
  }

  /** Follows the containers that carry all these labels. */
  EngineWatch(DockerEngine engine, Map<String, String> labels) {
    this.engine = engine;
    this.labels = Map.copyOf(labels);
  }

  /** Only before {@link #start}. */
  public EngineWatch tell(Listener listener) {
    listeners.add(listener);
    return this;
  }

  public void start() {
    thread.start();
  }

  /** Whether the engine is being followed just now. */
  public boolean up() {
    return up;
  }

  /** Counts what happened so far: take it before looking, wait on it after. */
  public long moments() {
    lock.lock();
    try {
      return moments;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something happens after {@code seen}, or for the limit. */
  public void await(long seen, Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      while (moments == seen && left > 0) {
        left = happened.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void watch() {
    long pause = 100;
    while (!closed) {
      long began = System.nanoTime();
      try (Follow follow = engine.events(labels, lastEventNanos, this::heard)) {
        up = true;
        listeners.forEach(Listener::reread);
        follow(follow);
      } catch (DockerProblem problem) {
        if (!closed) {
          LOG.warn("The engine's events cannot be followed: {}", problem.getMessage());
        }
      }
      up = false;
      boolean lasted = System.nanoTime() - began > TimeUnit.SECONDS.toNanos(5);
      pause = lasted ? 100 : Math.min(pause * 2, LONGEST_PAUSE.toMillis());
      rest(pause);
    }
  }

  private void follow(Follow follow) {
    boolean ended = false;
    while (!closed && !ended) {
      ended = follow.await(Duration.ofHours(1));
    }
  }

  private void rest(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void heard(EngineEvent event) {
    lastEventNanos = Math.max(lastEventNanos, event.atNanos() + 1);
    lock.lock();
    try {
      moments++;
      happened.signalAll();
    } finally {
      lock.unlock();
    }
    for (Listener listener : listeners) {
      try {
        listener.heard(event);
      } catch (RuntimeException e) {
        LOG.error("A listener failed on {} of {}", event.action(), event.id(), e);
      }
    }
  }
}
