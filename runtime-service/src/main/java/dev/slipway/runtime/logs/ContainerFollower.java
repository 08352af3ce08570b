package dev.slipway.runtime.logs;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.OutputKind;
import dev.slipway.platform.logs.LogLevel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one container's output into its application's log, from where the log stands to the
 * container's end. When the engine breaks off it begins again behind the last line, so nothing is
 * lost or doubled. When the engine has dropped what comes behind the last line, the log says so.
 */
final class ContainerFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerFollower.class);
  private static final long PAUSE_MS = 500;

  /** The moments of two pipes cross by less than this, however busy the engine is. */
  private static final long CROSSING_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final DockerEngine engine;
  private final String container;
  private final String step;
  private final ApplicationLog log;
  private final ApplicationLog.Pipe out;
  private final ApplicationLog.Pipe err;
  private final Timestamps timestamps = new Timestamps();
  private final Skips skips = new Skips();
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean behind;
  private volatile @Nullable Follow current;
  private long expected;

  ContainerFollower(DockerEngine engine, String container, String step, ApplicationLog log) {
    this.engine = engine;
    this.container = container;
    this.step = step;
    this.log = log;
    this.out = log.pipe(container, OutputKind.STDOUT, step);
    this.err = log.pipe(container, OutputKind.STDERR, step);
    this.thread = Thread.ofVirtual().name("log-" + container).unstarted(this::follow);
  }

  ContainerFollower start() {
    thread.start();
    return this;
  }

  /** Whether it has read to the container's end, or was closed. */
  boolean done() {
    return !thread.isAlive();
  }

  /** Nothing it reads is written any more. */
  boolean isCut() {
    return log.isClosed();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void follow() {
    if (log.ended(container)) {
      return;
    }
    boolean ended = false;
    while (!closed && !ended) {
      ended = readToEnd();
    }
    if (!closed) {
      out.end();
      err.end();
      log.readToEnd(container);
    }
  }

  /** True when there is nothing more to come. */
  private boolean readToEnd() {
    begin();
    try (Follow follow = engine.logs(container, LogRequest.followSince(since()), this::frame)) {
      current = follow;
      if (behind) {
        follow.close(); // it was before we knew it
      }
      while (!closed && !follow.await(Duration.ofHours(1))) {
        // A quiet container: go on waiting.
      }
      if (behind) {
        return resumeLater();
      }
      if (follow.problem() == null) {
        return true;
      }
    } catch (DockerProblem.NotFound gone) {
      return true;
    } catch (DockerProblem.Cancelled stopped) {
      return true;
    } catch (DockerProblem problem) {
      LOG.debug("The log of {} breaks off: {}", container, problem.getMessage());
    } finally {
      current = null;
    }
    return resumeLater();
  }

  private void begin() {
    behind = false;
    expected = Math.max(out.mark().nanos(), err.mark().nanos());
    out.again();
    err.again();
    skips.begin();
  }

  /** A pipe that is silent for long needs no long look back. */
  private long since() {
    long earlier = Math.min(out.mark().nanos(), err.mark().nanos());
    return Math.max(earlier, Math.max(expected - CROSSING_NANOS, 0));
  }

  private boolean resumeLater() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
      return closed;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void frame(OutputKind kind, byte[] bytes, int from, int length) {
    if (behind) {
      return;
    }
    ApplicationLog.Pipe pipe = kind == OutputKind.STDERR ? err : out;
    long nanos = timestamps.read(bytes, from, length);
    if (nanos == Timestamps.UNREADABLE) {
      pipe.write(bytes, from, length, 0);
      return;
    }
    if (expected > 0) {
      lookForMark(nanos);
    }
    if (pipe.known(nanos, bytes[from + length - 1] == '\n')) {
      skips.took(nanos);
      return;
    }
    if (skips.suspects(nanos)) {
      beginAgain();
      return;
    }
    int stamp = timestamps.length();
    pipe.write(bytes, from + stamp, length - stamp, nanos);
    skips.took(nanos);
  }

  /** The engine shows the last line that was read again; when not, it has dropped it. */
  private void lookForMark(long firstNanos) {
    if (firstNanos > expected) {
      log.say(LogLevel.WARN, Losses.rotated(container, step, expected, firstNanos));
      out.lost();
      err.lost();
    }
    expected = 0;
  }

  /** What the engine passed over is still there, or its loss shows. */
  private void beginAgain() {
    behind = true;
    Follow open = current;
    if (open != null) {
      open.close();
    }
  }
}
