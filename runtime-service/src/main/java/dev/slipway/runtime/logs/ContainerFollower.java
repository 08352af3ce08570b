package dev.slipway.runtime.logs;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.OutputKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one container's output into its application's log, from where the log stands to the
 * container's end. When the engine breaks off it begins again behind the last line, so nothing is
 * lost or doubled.
 */
final class ContainerFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerFollower.class);
  private static final long PAUSE_MS = 500;

  private final DockerEngine engine;
  private final String container;
  private final ApplicationLog log;
  private final ApplicationLog.Pipe pipe;
  private final Timestamps timestamps = new Timestamps();
  private final Thread thread;
  private volatile boolean closed;
  private volatile Positions.Mark last = Positions.Mark.NONE;
  private volatile Positions.Mark skip = Positions.Mark.NONE;
  private int skipped;

  ContainerFollower(DockerEngine engine, String container, String step, ApplicationLog log) {
    this.engine = engine;
    this.container = container;
    this.log = log;
    this.pipe = log.pipe(container, step);
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

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void follow() {
    Positions.Mark mark = log.position(container);
    if (mark != null) {
      last = mark;
    }
    boolean ended = false;
    while (!closed && !ended) {
      ended = readToEnd();
    }
    pipe.end();
  }

  /** True when there is nothing more to come. */
  private boolean readToEnd() {
    skip = last;
    skipped = 0;
    try (Follow follow =
        engine.logs(container, LogRequest.followSince(skip.nanos()), this::frame)) {
      while (!closed && !follow.await(Duration.ofHours(1))) {
        // A quiet container: go on waiting.
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
    }
    return resumeLater();
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
    long nanos = timestamps.read(bytes, from, length);
    if (nanos == Timestamps.UNREADABLE) {
      pipe.write(kind, bytes, from, length, 0);
      return;
    }
    boolean lineEnds = bytes[from + length - 1] == '\n';
    if (nanos < skip.nanos() || (nanos == skip.nanos() && skipped < skip.lines())) {
      skipped += lineEnds && nanos == skip.nanos() ? 1 : 0;
      return;
    }
    int stamp = timestamps.length();
    pipe.write(kind, bytes, from + stamp, length - stamp, nanos);
    if (lineEnds) {
      last = new Positions.Mark(nanos, nanos == last.nanos() ? last.lines() + 1 : 1);
    }
  }
}
