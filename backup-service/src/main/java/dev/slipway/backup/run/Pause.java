package dev.slipway.backup.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.lease.Fence;
import dev.slipway.store.PauseStore;
import dev.slipway.store.PauseStore.Paused;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application that stands still while its volume is read. It goes on by every way out: at the
 * end, when the longest pause is over, when the attempt fails, and when its process is killed,
 * because rows tell {@link PauseWatch} what was paused before it was.
 */
final class Pause implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Pause.class);
  private static final Duration MARGIN = Duration.ofSeconds(30);

  /** Who paused, and what; empty when nothing stands still. */
  private final Optional<Attempt> attempt;

  private final List<String> containers;
  private final Duration longest;
  private volatile Runnable whenTooLong = () -> {};
  private final long began = System.nanoTime();
  private volatile boolean over;
  private volatile boolean tooLong;
  private @Nullable Thread clock;

  private record Attempt(BackupParts parts, Fence fence, Volumes.Found volume) {}

  private Pause(Optional<Attempt> attempt, List<String> containers, Duration longest) {
    this.attempt = attempt;
    this.containers = containers;
    this.longest = longest;
  }

  /** Nothing stands still. */
  static Pause none() {
    return new Pause(Optional.empty(), List.of(), Duration.ZERO);
  }

  /** Makes what runs on a volume stand still. */
  static Pause begin(BackupParts parts, Fence fence, Volumes.Found volume) {
    release(parts, fence);
    List<String> running =
        parts.volumes().alive(volume).stream()
            .filter(container -> container.state() == ContainerInfo.State.RUNNING)
            .map(ContainerSummary::id)
            .toList();
    Duration longest = parts.config().volumes().longestPause();
    // our own clock is to be the one that ends it: it tells why
    Duration atTheLatest = longest.plus(MARGIN);
    parts.stores().pauses().note(fence, volume.nodeId(), running, atTheLatest).await();
    var pause = new Pause(Optional.of(new Attempt(parts, fence, volume)), running, longest);
    try {
      running.forEach(container -> parts.engine().pauseContainer(container));
      // a look that came while this process stood still may have taken the rows for abandoned
      parts.stores().backups().requireOwner(fence).await();
    } catch (DockerProblem.NotFound | DockerProblem.Conflict ended) {
      pause.close();
      throw interrupted("A container of it ended when it was to be paused.");
    } catch (RuntimeException e) {
      pause.close();
      throw e;
    }
    pause.clock = Thread.ofVirtual().name("backup-pause").start(pause::watch);
    return pause;
  }

  /** Lets all go on that this attempt, or those before it, paused. */
  static void release(BackupParts parts, Fence fence) {
    goOn(parts.stores().pauses(), parts.engine(), parts.stores().pauses().by(fence).await());
  }

  /**
   * Lets each go on, whatever becomes of the others.
   *
   * @throws RuntimeException the last one's, when some could not
   */
  static void goOn(PauseStore pauses, DockerEngine engine, List<Paused> containers) {
    RuntimeException failure = null;
    for (Paused paused : containers) {
      try {
        engine.unpauseContainer(paused.containerId());
        pauses.goesOn(paused).await();
      } catch (RuntimeException e) {
        LOG.warn("{} goes on at the next look: {}", paused.containerId(), e.getMessage());
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void watch() {
    long left = longest.toNanos();
    while (!over && left > 0) {
      LockSupport.parkNanos(this, left);
      left = longest.toNanos() - (System.nanoTime() - began);
    }
    if (!over) {
      tooLong = true;
      attempt.ifPresent(this::letGo);
      whenTooLong.run();
    }
  }

  /** What is to end when the application must go on. */
  void whenTooLong(Runnable end) {
    whenTooLong = end;
    if (tooLong) {
      end.run();
    }
  }

  /** Throws when it had to be ended. */
  void mustBeInTime() {
    if (tooLong) {
      throw Problem.failed(
          "pause_too_long",
          "The volume was not read within "
              + longest.toSeconds()
              + " s, the longest pause of its application, which goes on.",
          "Back it up without the pause, or to a faster destination; SLIPWAY_BACKUP_LONGEST_PAUSE"
              + " allows a longer pause.");
    }
  }

  /**
   * The volume was read: the application goes on.
   *
   * @throws Problem {@code pause_interrupted} when it did so before
   */
  void end() {
    mustBeInTime();
    boolean still = attempt.map(this::stillStands).orElse(true);
    close();
    if (!still) {
      throw interrupted("Somebody let it go on, or restarted it, before its volume was read.");
    }
  }

  private boolean stillStands(Attempt by) {
    List<ContainerSummary> alive = by.parts().volumes().alive(by.volume());
    return alive.stream().allMatch(each -> each.state() == ContainerInfo.State.PAUSED)
        && alive.stream().map(ContainerSummary::id).toList().containsAll(containers);
  }

  private static Problem interrupted(String how) {
    return Problem.failed(
        "pause_interrupted",
        "The application did not stand still. " + how,
        "Take the backup again, at a time when the application is not deployed.");
  }

  /** Also of a thread that was interrupted: the application must not wait for a later look. */
  @Override
  public void close() {
    over = true;
    LockSupport.unpark(clock);
    attempt.ifPresent(this::close);
  }

  private void close(Attempt by) {
    boolean wasInterrupted = Thread.interrupted();
    try {
      letGo(by); // needs nobody but the engine: the database may be the reason that this ends
      release(by.parts(), by.fence());
    } catch (RuntimeException later) {
      LOG.warn(
          "The rows of what was paused for {} go at the next look", by.fence().sagaId(), later);
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The rows stay until the attempt has ended: they harm nobody. */
  private void letGo(Attempt by) {
    for (String container : containers) {
      try {
        by.parts().engine().unpauseContainer(container);
      } catch (DockerProblem later) {
        LOG.warn("{} goes on at the next look: {}", container, later.getMessage());
      }
    }
  }
}
