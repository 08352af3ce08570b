package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.route.RouteTable;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.store.InHands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what is wanted with what runs, one pass after the other, never two at once. Woken by the
 * engine's events, by health checks and by whoever rings; looks at everything every ten seconds
 * anyway.
 */
public final class Reconciler implements EngineWatch.Listener, HealthWatch.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final Duration LOOK_ANYWAY = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration BREATH = Duration.ofMillis(10);
  private static final Duration BURST = Duration.ofMillis(250);

  /** Nobody tells of what happens on other nodes but Swarm, when it is asked. */
  private static final Duration OTHER_NODES = Duration.ofSeconds(1);

  private static final Duration HOUSEKEEPING = Duration.ofSeconds(5);

  private final Stores stores;
  private final DockerEngine engine;
  private final RuntimeLogs logs;
  private final ReconcileParts parts;
  private final String installation;
  private final HealthWatch health = new HealthWatch(this);
  private final Tending tending;
  private final Retirement retirement;
  private final Departure departure;
  private final Orphans orphans;
  private final IllElsewhere illElsewhere;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition rung = lock.newCondition();
  private final Condition looked = lock.newCondition();
  private final Thread thread = Thread.ofVirtual().name("reconciler").unstarted(this::loop);
  private boolean wanted;
  private boolean wantedWhole;
  private long wholeLookNanos = System.nanoTime();
  private long nextWholeNanos = System.nanoTime();
  private long begunLooks;
  private long newestGoodLook;
  private boolean alone = true;
  private volatile boolean closed;
  private volatile long passes;
  private long keptHouseNanos = System.nanoTime() - HOUSEKEEPING.toNanos();

  public Reconciler(ReconcileParts parts) {
    this.parts = parts;
    this.stores = parts.stores();
    this.engine = parts.engine();
    this.logs = parts.logs();
    this.installation = parts.installation();
    this.tending = new Tending(parts, health);
    this.retirement = new Retirement(parts);
    this.departure = new Departure(parts, retirement);
    this.orphans = new Orphans(parts, System::nanoTime);
    this.illElsewhere = new IllElsewhere(parts);
  }

  public void start() {
    health.start();
    thread.start();
    ring();
  }

  /** Stops after the pass at work; what it leaves undone the next start finds. */
  public void close() {
    closed = true;
    health.close();
    thread.interrupt();
  }

  /**
   * Something was written that wants a look at everything: an application changed, a deployment
   * ended.
   */
  public void ring() {
    wake(true);
  }

  /**
   * Blocks until a look that began after this call is over, and the routes are as it wants them.
   *
   * @return false when none has ended well within the limit
   */
  public boolean looksAnew(Duration limit) throws InterruptedException {
    long left = limit.toNanos();
    lock.lockInterruptibly();
    try {
      long next = begunLooks + 1;
      wanted = true;
      rung.signalAll();
      while (newestGoodLook < next && left > 0) {
        left = looked.awaitNanos(left);
      }
      return newestGoodLook >= next;
    } finally {
      lock.unlock();
    }
  }

  /** How many passes were made, for tests and health. */
  public long passes() {
    return passes;
  }

  @Override
  public void heard(EngineEvent event) {
    tending.stale(event.id());
    String action = event.action();
    if (action.equals("kill")) {
      String signal = event.attributes().getOrDefault("signal", "");
      if (signal.equals("15") || signal.equals("9")) {
        tending.leaves(event.id());
        wake(false);
      }
    } else if (action.equals("start")
        || action.equals("die")
        || action.equals("destroy")
        || action.equals("pause")
        || action.equals("unpause")
        || action.startsWith("health_status")) {
      wake(false);
    }
  }

  @Override
  public void reread() {
    wake(true);
  }

  @Override
  public void changed(ApplicationId application) {
    wake(false);
  }

  /**
   * A replica that fails its checks is removed; Swarm puts a fresh one in its place. One on another
   * node is removed by a process of that node.
   */
  @Override
  public void ill(HealthWatch.Patient patient, String detail) {
    try {
      if (stores.serving().inHands().await().contains(patient.application())) {
        return;
      }
      parts.warrant().check();
      String container = patient.replica().containerId();
      if (standsStill(patient)) {
        return;
      }
      logs.say(
          patient.application(),
          LogLevel.ERROR,
          "Replica %s failed %d health checks in a row (%s); it is restarted."
              .formatted(
                  container.substring(0, Math.min(12, container.length())),
                  patient.check().retries(),
                  detail));
      String elsewhere = patient.replica().elsewhere();
      if (elsewhere == null) {
        engine.removeContainer(container);
      } else {
        illElsewhere.ask(elsewhere, container, patient.application(), detail);
      }
    } catch (RuntimeException e) {
      LOG.warn("An ill replica could not be restarted: {}", e.getMessage());
    }
  }

  /** One that is paused for a backup answers nobody, and is as well as it was. */
  private boolean standsStill(HealthWatch.Patient patient) {
    return patient.replica().elsewhere() == null
        && engine
            .container(patient.replica().containerId())
            .filter(found -> found.state() == ContainerInfo.State.PAUSED)
            .isPresent();
  }

  private void wake(boolean whole) {
    lock.lock();
    try {
      wanted |= !whole;
      wantedWhole |= whole;
      rung.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    boolean whole = true;
    while (!closed) {
      try {
        pass(whole);
        TimeUnit.MILLISECONDS.sleep(BREATH.toMillis());
        whole = awaitReason();
      } catch (InterruptedException | DockerProblem.Cancelled e) {
        return;
      } catch (FencedOut lost) {
        whole = !mayGoOn(lost) || restAfterFailure();
      } catch (InHands busy) {
        LOG.debug("{}", busy.getMessage());
        whole = restAfterFailure();
      } catch (DockerProblem problem) {
        LOG.warn("The engine could not be looked at: {}", problem.getMessage());
        whole = restAfterFailure();
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("A look at the applications failed", e);
        }
        whole = restAfterFailure();
      }
    }
  }

  /** A deployment may have taken over one application only; who lost the lease stops for good. */
  private boolean mayGoOn(FencedOut lost) {
    try {
      parts.warrant().check();
      return true;
    } catch (FencedOut gone) {
      LOG.warn("Another process looks after the applications: {}", lost.getMessage());
      closed = true;
      health.close();
      return false;
    }
  }

  private boolean restAfterFailure() {
    try {
      TimeUnit.MILLISECONDS.sleep(SOON.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
    return true;
  }

  /**
   * True when everything is to be looked at, false when only containers changed. A burst of changes
   * costs a whole look now and one at its end.
   */
  private boolean awaitReason() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        long due = wantedWhole ? wholeLookNanos + BURST.toNanos() : nextWholeNanos;
        if (due - now <= 0) {
          wanted = false;
          wantedWhole = false;
          return true;
        }
        if (wanted) {
          wanted = false;
          return false;
        }
        long rest = alone ? due - now : Math.min(due - now, OTHER_NODES.toNanos());
        if (rung.awaitNanos(rest) <= 0 && !alone) {
          wanted = true;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** One look. A whole one also scales, repairs, retires and removes. */
  void pass(boolean whole) {
    long look = begins();
    RouteTable routes = stores.routes().table().await();
    List<ContainerSummary> containers = engine.containers(Labels.ours(installation));
    @Nullable List<ServiceInfo> services =
        whole ? engine.services(Labels.ours(installation)) : null;
    Nodes.Seen nodes = whole ? parts.base().nodes().now() : parts.base().nodes().lately();
    alone = nodes.alone();
    var elsewhere = parts.replicas().elsewhere(nodes);
    Picture picture =
        Picture.take(stores, routes, new Picture.Shown(containers, nodes, elsewhere, services));
    tending.tend(picture);
    if (whole) {
      wholeLookNanos = System.nanoTime();
      nextWholeNanos = wholeLookNanos + keepHouse(picture).toNanos();
    }
    passes++;
    endedWell(look);
  }

  private long begins() {
    lock.lock();
    try {
      return ++begunLooks;
    } finally {
      lock.unlock();
    }
  }

  private void endedWell(long look) {
    lock.lock();
    try {
      newestGoodLook = look;
      looked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Not at every bell: a burst of deployments would otherwise ask the same questions each time.
   *
   * @return when to look at everything again
   */
  private Duration keepHouse(Picture picture) {
    long now = System.nanoTime();
    boolean leaving = departure.pass(picture);
    if (now - keptHouseNanos < HOUSEKEEPING.toNanos()) {
      return leaving ? SOON : HOUSEKEEPING;
    }
    keptHouseNanos = now;
    parts.base().attachments().joinAll();
    illElsewhere.neglected();
    retirement.pass(picture);
    orphans.pass(picture);
    List<ServiceInfo> services = picture.services();
    if (services != null) {
      parts.databases().pass(services);
    }
    return leaving ? SOON : LOOK_ANYWAY;
  }
}
