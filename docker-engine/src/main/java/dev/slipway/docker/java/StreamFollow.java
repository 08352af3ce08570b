package dev.slipway.docker.java;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Follow;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one unending answer on a virtual thread of its own. */
final class StreamFollow implements Follow {
  private static final Logger LOG = LoggerFactory.getLogger(StreamFollow.class);
  private static final Duration LAST_CALL = Duration.ofSeconds(5);

  private final EngineHttp.Reply reply;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread reader;
  private volatile boolean closed;
  private volatile @Nullable DockerProblem problem;

  private StreamFollow(String name, EngineHttp.Reply reply, Reader body) {
    this.reply = reply;
    this.reader = Thread.ofVirtual().name(name).unstarted(() -> run(body));
  }

  /** Reads a body to its end. */
  interface Reader {
    void read(EngineHttp.Reply reply) throws IOException;
  }

  static StreamFollow start(String name, EngineHttp.Reply reply, Reader body) {
    var follow = new StreamFollow(name, reply, body);
    follow.reader.start();
    return follow;
  }

  private void run(Reader body) {
    try {
      body.read(reply);
    } catch (IOException e) {
      if (!closed) {
        problem = reply.explain(e);
      }
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.warn("the reader of {} failed", reader.getName(), e);
        problem =
            e instanceof DockerProblem known
                ? known
                : new DockerProblem.EngineFailed("the reader failed: " + e, e);
      }
    } finally {
      reply.close();
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
      throw new DockerProblem.Cancelled("interrupted while following " + reader.getName());
    }
  }

  @Override
  public @Nullable DockerProblem problem() {
    return problem;
  }

  @Override
  public void close() {
    closed = true;
    reply.close();
    if (Thread.currentThread() == reader) {
      return;
    }
    reader.interrupt(); // the handler may be blocked by its own reader
    var interrupted = Thread.interrupted();
    try {
      if (!reader.join(LAST_CALL)) {
        LOG.warn("the handler of {} does not give up", reader.getName());
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
