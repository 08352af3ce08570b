package dev.slipway.docker.memory;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Follow;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs a reader on a virtual thread until it returns or is interrupted. */
final class MemoryFollow implements Follow {
  private static final Duration LAST_CALL = Duration.ofSeconds(5);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread reader;
  private volatile boolean closed;
  private volatile @Nullable DockerProblem problem;

  private MemoryFollow(Body body) {
    reader = Thread.ofVirtual().name("memory-follow").unstarted(() -> run(body));
  }

  /** Reads until there is nothing more to come. */
  interface Body {
    void read() throws InterruptedException;
  }

  static MemoryFollow start(Body body) {
    var follow = new MemoryFollow(body);
    follow.reader.start();
    return follow;
  }

  private void run(Body body) {
    try {
      body.read();
    } catch (DockerProblem e) {
      problem = closed ? null : e;
    } catch (InterruptedException | RuntimeException e) {
      problem = closed ? null : new DockerProblem.EngineFailed("the reader failed: " + e, e);
    } finally {
      ended.countDown();
    }
  }

  @Override
  public boolean running() {
    return ended.getCount() > 0;
  }

  @Override
  public boolean await(Duration limit) {
    try {
      return ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DockerProblem.Cancelled("interrupted while following");
    }
  }

  @Override
  public @Nullable DockerProblem problem() {
    return problem;
  }

  @Override
  public void close() {
    closed = true;
    if (Thread.currentThread() == reader) {
      return;
    }
    reader.interrupt();
    try {
      reader.join(LAST_CALL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
