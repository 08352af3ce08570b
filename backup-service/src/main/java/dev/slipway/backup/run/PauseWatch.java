package dev.slipway.backup.run;

import dev.slipway.backup.dump.Site;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.store.PauseStore;
import dev.slipway.store.PauseStore.Paused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int STRAYS_EVERY = 8;

  private final PauseStore pauses;
  private final DockerEngine engine;
  private final String installation;
  private final String node;
  private volatile boolean over;
  private final Thread thread = Thread.ofVirtual().name("backup-pauses").unstarted(this::run);

  /**
   * Looks at nothing yet.
   *
   * @param installation whose containers it looks after
   * @param node Swarm's id of the engine's
   */
  public PauseWatch(PauseStore pauses, DockerEngine engine, String installation, String node) {
    this.pauses = pauses;
    this.engine = engine;
    this.installation = installation;
    this.node = node;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    for (int looks = 0; !over; looks++) {
      try {
        look();
        if (looks % STRAYS_EVERY == 0) {
          lookForStrays();
        }
      } catch (RuntimeException e) {
        LOG.warn("Paused containers are looked for again later: {}", e.getMessage());
      }
      LockSupport.parkNanos(this, EVERY.toNanos());
    }
  }

  /** One look; how many go on. */
  int look() {
    List<Paused> abandoned = pauses.abandoned(node).await();
    for (Paused paused : abandoned) {
      LOG.info(
          "{} stood still for the backup {}, which is not at work: it goes on",
          paused.containerId(),
          paused.sagaId());
    }
    Pause.goOn(pauses, engine, abandoned);
    return abandoned.size();
  }

  /**
   * Lets replicas go on that stand still and have no row: their row was lost with a database, or
   * went while whoever paused them stood still itself. Rows are written before containers are
   * paused, so they are read after.
   *
   * @return how many
   */
  int lookForStrays() {
    List<String> still =
        engine.containers(Map.of(Site.INSTALLATION, installation)).stream()
            .filter(container -> container.labels().containsKey(Volumes.RELEASE))
            .filter(container -> container.state() == ContainerInfo.State.PAUSED)
            .map(ContainerSummary::id)
            .toList();
    if (still.isEmpty()) {
      return 0;
    }
    Set<String> noted = pauses.noted(node).await();
    List<String> strays = still.stream().filter(id -> !noted.contains(id)).toList();
    for (String stray : strays) {
      LOG.info("{} stood still for no backup: it goes on", stray);
      engine.unpauseContainer(stray);
    }
    return strays.size();
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
  }
}
