package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.runtime.service.HealthProbe;
import dev.slipway.runtime.service.Look;
import dev.slipway.runtime.service.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the health of serving replicas: quickly while one is new, at its interval while it is
 * well, every second once a look has failed. Each look is a virtual thread of its own; a slow one
 * delays nobody.
 *
 * <pre>
 *   NEW --well--> WELL --a look fails--> AILING --as many fail in a row as allowed--> ILL (restarted)
 *    |              ^---------well---------|
 *    +--not well for the grace time--> AILING
 * </pre>
 */
final class HealthWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);
  private static final long FIRST_PAUSE_MS = 15;
  private static final long LONGEST_NEW_PAUSE_MS = 500;
  private static final long AILING_PAUSE_MS = 1_000;
  private static final Duration AILING_LIMIT = Duration.ofSeconds(5);

  private final HealthProbe probe = new HealthProbe();
  private final Listener listener;
  private final Map<String, Pulse> pulses = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition sooner = lock.newCondition();
  private final Thread thread = Thread.ofVirtual().name("health-watch").unstarted(this::watch);
  private volatile boolean closed;

  /** How a replica fares. */
  enum State {
    NEW,
    WELL,
    AILING,
    ILL
  }

  /** Hears what changes. Called on a look's own virtual thread. */
  interface Listener {
    /** A replica became well or ailing: the routes may have to change. */
    void changed(ApplicationId application);

    /** A replica failed its checks often enough to be restarted. */
    void ill(Patient patient, String detail);
  }

  /**
   * Who is looked after, and how.
   *
   * @param host the host name HTTP checks ask for
   */
  record Patient(
      ApplicationId application,
      Replica replica,
      HealthCheck check,
      boolean imageCheck,
      String host) {}

  HealthWatch(Listener listener) {
    this.listener = listener;
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /**
   * Looks after a replica from now on, and tells how it fares.
   *
   * @param presumedWell it is routed to already: innocent until a look fails
   */
  State of(Patient patient, boolean presumedWell) {
    Pulse pulse =
        pulses.compute(
            patient.replica().containerId(),
            (id, known) ->
                known == null
                    ? new Pulse(patient, presumedWell)
                    : known.now(patient, presumedWell));
    if (pulse.isFresh()) {
      wake();
    }
    return pulse.state;
  }

  /** Forgets every replica but these. */
  void keep(Set<String> containers) {
    pulses.keySet().retainAll(containers);
  }

  private void watch() {
    while (!closed) {
      long next = Long.MAX_VALUE;
      long now = System.nanoTime();
      List<Pulse> due = new ArrayList<>();
      for (Pulse pulse : pulses.values()) {
        if (pulse.looking) {
          continue;
        }
        if (pulse.dueNanos - now <= 0) {
          due.add(pulse);
        } else {
          next = Math.min(next, pulse.dueNanos - now);
        }
      }
      due.forEach(this::lookAt);
      try {
        rest(next);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean news;

  private void rest(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = Math.min(nanos, TimeUnit.MINUTES.toNanos(1));
      while (!news && left > 0) {
        left = sooner.awaitNanos(left);
      }
      news = false;
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      news = true;
      sooner.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void lookAt(Pulse pulse) {
    pulse.looking = true;
    Thread.ofVirtual()
        .name("health-" + pulse.patient.replica().containerId())
        .start(() -> {
          try {
            look(pulse);
          } catch (RuntimeException e) {
            LOG.error("A health check broke", e);
          } finally {
            pulse.looking = false;
            wake();
          }
        });
  }

  private void look(Pulse pulse) {
    Patient patient = pulse.patient;
    HealthCheck check = patient.check();
    Duration limit = Duration.ofSeconds(check.timeoutSeconds());
    if (pulse.state == State.AILING && limit.compareTo(AILING_LIMIT) > 0) {
      limit = AILING_LIMIT;
    }
    Look look = probe.look(patient.replica(), check, patient.imageCheck(), patient.host(), limit);
    State before = pulse.state;
    pulse.seen(look);
    if (pulses.get(patient.replica().containerId()) != pulse) {
      return;
    }
    if (pulse.state == State.ILL && pulse.failures % patient.check().retries() == 0) {
      listener.ill(patient, look.detail());
    }
    if (pulse.state != before) {
      listener.changed(patient.application());
    }
  }

  /** One replica's health. Written under its own lock, read by all. */
  private static final class Pulse {
    private final long firstSeen = System.nanoTime();
    private volatile Patient patient;
    private volatile State state;
    private volatile long dueNanos = System.nanoTime();
    private volatile boolean looking;
    private volatile int looks;
    private volatile int failures;
    private long newPauseMs = FIRST_PAUSE_MS;

    Pulse(Patient patient, boolean presumedWell) {
      this.patient = patient;
      this.state = presumedWell ? State.WELL : State.NEW;
      if (presumedWell) {
        due(Math.min(1_000, patient.check().intervalSeconds() * 1_000L));
      }
    }

    /**
     * The engine's own verdict and the check's settings may have changed. One that was seen before
     * a deployment had proven it is routed to by now, and as innocent as if it were seen first.
     */
    synchronized Pulse now(Patient seen, boolean presumedWell) {
      if (presumedWell && state == State.NEW) {
        state = State.WELL;
      }
      boolean news = !seen.replica().check().equals(patient.replica().check());
      patient = seen;
      if (news) {
        dueNanos = System.nanoTime();
        looks = 0;
      }
      return this;
    }

    boolean isFresh() {
      return looks == 0;
    }

    synchronized void seen(Look look) {
      looks++;
      if (look.well()) {
        failures = 0;
        state = State.WELL;
        due(patient.check().intervalSeconds() * 1_000L);
      } else if (state == State.NEW && !graceOver()) {
        due(newPauseMs);
        newPauseMs = Math.min(LONGEST_NEW_PAUSE_MS, newPauseMs + newPauseMs / 2);
      } else {
        failures++;
        state = failures >= patient.check().retries() ? State.ILL : State.AILING;
        due(AILING_PAUSE_MS);
      }
    }

    private boolean graceOver() {
      long grace = TimeUnit.SECONDS.toNanos(patient.check().graceSeconds());
      return System.nanoTime() - firstSeen > grace;
    }

    private void due(long millis) {
      dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }
  }
}
