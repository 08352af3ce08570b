package dev.slipway.backup.run;

import dev.slipway.docker.DockerEngine;
import dev.slipway.store.PauseStore;
import dev.slipway.store.PauseStore.Paused;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets containers of this node go on that stand still for nobody any more: their backup was killed,
 * or took too long. Any number of services of a node may.
 */
public final class PauseWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PauseWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);

  private final PauseStore pauses;
  private final DockerEngine engine;
  private final String node;
  private volatile boolean over;
  private final Thread thread = Thread.ofVirtual().name("backup-pauses").unstarted(this::run);

  /**
   * Looks at nothing yet.
   *
   * @param node Swarm's id of the engine's
   */
  public PauseWatch(PauseStore pauses, DockerEngine engine, String node) {
    this.pauses = pauses;
    this.engine = engine;
    this.node = node;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      try {
        look();
      } catch (RuntimeException e) {
        LOG.warn("Paused containers are looked for again later: {}", e.getMessage());
      }
      LockSupport.parkNanos(this, EVERY.toNanos());
    }
  }

  /** One look; how many go on. */
  int look() {
    int found = 0;
    for (Paused paused : pauses.abandoned(node).await()) {
      engine.unpauseContainer(paused.containerId());
      pauses.goesOn(paused).await();
      LOG.info(
          "{} stood still for the backup {}, which is not at work: it goes on",
          paused.containerId(),
          paused.sagaId());
      found++;
    }
    return found;
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
  }
}
