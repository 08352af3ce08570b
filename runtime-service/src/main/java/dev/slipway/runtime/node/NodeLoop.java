package dev.slipway.runtime.node;

import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the hosts again and again, as long as this process leads; at once when rung, for wishes
 * are rows. A loop of its own, so that a host that makes trouble does not hold up applications.
 */
public final class NodeLoop implements LeaseKeeper.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLoop.class);
  private static final Duration REST = Duration.ofSeconds(1);

  private final NodeSync sync;
  private final Semaphore rung = new Semaphore(0);
  private @Nullable Thread thread;

  public NodeLoop(NodeSync sync) {
    this.sync = sync;
  }

  @Override
  public synchronized void acquired(Lease lease) {
    thread = Thread.ofVirtual().name("node-loop").start(() -> loop(lease));
  }

  @Override
  public synchronized void lost(Lease lease) {
    Thread former = thread;
    thread = null;
    if (former != null) {
      former.interrupt();
    }
  }

  /** Somebody wants something of a host. */
  public void ring() {
    if (rung.availablePermits() == 0) {
      rung.release();
    }
  }

  private void loop(Lease lease) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        await(sync.pass(lease));
      } catch (InterruptedException | DockerProblem.Cancelled | FencedOut e) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("The hosts could not be looked at: {}", e.getMessage());
        if (!rested()) {
          return;
        }
      }
    }
  }

  private void await(Duration pause) throws InterruptedException {
    if (rung.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      rung.drainPermits();
    }
  }

  /** Not at once after a failure, however loudly it rings. */
  private static boolean rested() {
    try {
      TimeUnit.MILLISECONDS.sleep(REST.toMillis());
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
