package dev.slipway.backup.run;

import dev.slipway.backup.dump.Site;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerProblem;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes containers of backups and restores that nobody works on any more: those of a process that
 * was killed, whose work went on, or ended, on another host.
 */
public final class LeftOvers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOvers.class);
  private static final Duration EVERY = Duration.ofMinutes(1);

  private final BackupParts parts;
  private volatile boolean over;
  private final Thread thread = Thread.ofVirtual().name("backup-left-overs").unstarted(this::run);

  public LeftOvers(BackupParts parts) {
    this.parts = parts;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      try {
        sweep();
      } catch (RuntimeException e) {
        LOG.warn("Left-over containers of backups are looked for again later", e);
      }
      LockSupport.parkNanos(this, EVERY.toNanos());
    }
  }

  /** One look; how many were removed. */
  int sweep() {
    int removed = 0;
    Map<String, String> ours = Map.of(Site.INSTALLATION, parts.config().installation());
    for (ContainerSummary container : parts.engine().containers(ours)) {
      String work = container.labels().get(Site.WORK);
      if (work != null && isOver(work, container.labels().getOrDefault(Site.FENCE, "0"))) {
        removed += remove(container);
      }
    }
    return removed;
  }

  /** A container is listed before its saga is asked for: one that is new now is at work. */
  private boolean isOver(String work, String fence) {
    return !parts.stores().backups().atWork(work, Long.parseLong(fence)).await();
  }

  private int remove(ContainerSummary container) {
    try {
      parts.engine().removeContainer(container.id());
      LOG.info("{} was left over by a backup or restore that is over: removed", container.name());
      return 1;
    } catch (DockerProblem later) {
      LOG.debug("{} cannot be removed yet", container.name(), later);
      return 0;
    }
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
  }
}
