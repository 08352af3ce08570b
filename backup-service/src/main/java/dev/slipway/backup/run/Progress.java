package dev.slipway.backup.run;

import io.vertx.core.Future;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts bytes on their way and tells of them once a second, while there is something new. */
public final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final Duration PACE = Duration.ofSeconds(1);

  private final AtomicLong bytes = new AtomicLong();
  private final LongFunction<Future<Void>> tell;
  private final Thread thread;
  private volatile boolean over;

  public Progress(LongFunction<Future<Void>> tell) {
    this.tell = tell;
    this.thread = Thread.ofVirtual().name("backup-progress").start(this::run);
  }

  private void run() {
    long told = 0;
    while (!over) {
      LockSupport.parkNanos(this, PACE.toNanos());
      long now = bytes.get();
      if (now != told && !over) {
        told = now;
        tell(now);
      }
    }
  }

  private void tell(long now) {
    try {
      tell.apply(now).await();
    } catch (RuntimeException e) {
      LOG.debug("A progress was not told", e); // the next one is
    }
  }

  public long bytes() {
    return bytes.get();
  }

  /** The same stream, counted. */
  public InputStream counting(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int next = super.read();
        bytes.addAndGet(next < 0 ? 0 : 1);
        return next;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        int read = super.read(into, offset, count);
        bytes.addAndGet(Math.max(0, read));
        return read;
      }
    };
  }

  @Override
  public void close() {
    over = true;
    LockSupport.unpark(thread);
  }
}
