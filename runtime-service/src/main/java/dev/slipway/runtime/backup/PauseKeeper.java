package dev.slipway.runtime.backup;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.PauseStore;
import dev.slipway.store.PauseStore.Paused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets replicas of this host go on that stand still for a backup that nobody takes any more: their
 * backup service was killed, and no other one may be here. Rows tell whose pause is over, as they
 * tell it the backup services: never that of an attempt whose lease lives. Whoever holds the host's
 * lease does it.
 */
public final class PauseKeeper implements LeaseKeeper.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(PauseKeeper.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final PauseStore pauses;
  private final DockerEngine engine;
  private final String installation;
  private @Nullable Term term;

  /**
   * Looks at nothing yet.
   *
   * @param installation whose replicas it looks after
   */
  public PauseKeeper(PauseStore pauses, DockerEngine engine, String installation) {
    this.pauses = pauses;
    this.engine = engine;
    this.installation = installation;
  }

  @Override
  public synchronized void acquired(Lease lease) {
    halt();
    term = new Term(node(lease));
    term.thread.start();
  }

  @Override
  public synchronized void lost(Lease lease) {
    halt();
  }

  /** The lease of a host is called {@code node:<id>}. */
  private static String node(Lease lease) {
    return lease.name().substring(lease.name().indexOf(':') + 1);
  }

  private void halt() {
    Term over = term;
    term = null;
    if (over != null) {
      over.end();
    }
  }

  /** As long as the host's lease is held. */
  private final class Term {
    private final String node;
    private final Thread thread = Thread.ofVirtual().name("paused-replicas").unstarted(this::run);
    private volatile boolean over;

    Term(String node) {
      this.node = node;
    }

    private void run() {
      while (!over) {
        try {
          look(node);
        } catch (RuntimeException e) {
          LOG.warn("Paused replicas are looked for again later: {}", e.getMessage());
        }
        LockSupport.parkNanos(this, EVERY.toNanos());
      }
    }

    void end() {
      over = true;
      LockSupport.unpark(thread);
    }
  }

  /**
   * One look.
   *
   * @param node Swarm's id of this host
   * @return how many go on
   */
  int look(String node) {
    // rows are written before a container is paused, so they are read after the engine was asked
    List<String> still = stillStanding();
    List<Paused> abandoned = pauses.abandoned(node).await();
    for (Paused paused : abandoned) {
      LOG.info(
          "{} stood still for the backup {}, which is not at work: it goes on",
          paused.containerId(),
          paused.sagaId());
      goOn(paused);
    }
    return abandoned.size() + strays(node, still);
  }

  /** One that cannot be let go keeps none of the others. */
  private void goOn(Paused paused) {
    try {
      engine.unpauseContainer(paused.containerId());
      pauses.goesOn(paused).await();
    } catch (DockerProblem later) {
      LOG.warn("{} goes on at a later look: {}", paused.containerId(), later.getMessage());
    }
  }

  private List<String> stillStanding() {
    return engine.containers(Map.of(Labels.INSTALLATION, installation)).stream()
        .filter(container -> container.labels().containsKey(Labels.RELEASE))
        .filter(container -> container.state() == ContainerInfo.State.PAUSED)
        .map(ContainerSummary::id)
        .toList();
  }

  /** What has no row, not even one that just went: it went with a database that was restored. */
  private int strays(String node, List<String> still) {
    if (still.isEmpty()) {
      return 0;
    }
    Set<String> noted = pauses.noted(node).await();
    List<String> strays =
        still.stream()
            .filter(id -> !noted.contains(id))
            .filter(id ->
                engine
                    .container(id)
                    .filter(known -> known.state() == ContainerInfo.State.PAUSED)
                    .isPresent())
            .toList();
    for (String stray : strays) {
      LOG.info("{} stood still for no backup: it goes on", stray);
      engine.unpauseContainer(stray);
    }
    return strays.size();
  }
}
