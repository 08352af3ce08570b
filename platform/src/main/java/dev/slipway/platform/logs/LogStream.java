package dev.slipway.platform.logs;

import dev.slipway.platform.lease.FencedOut;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer of a log: stores lines in batches, which get their numbers there, then tells the live
 * readers. A line that finds the stream idle leaves at once; while a batch is being stored the next
 * one forms. Nothing here waits for the store: when it is slow the bounded ring drops its oldest
 * lines and says so in the log ({@link #awaitRoom} lets a source that can wait do so instead). Safe
 * to share between threads; a {@link Source} is for one thread at a time.
 */
public final class LogStream {
  /** How many bytes may wait for the store. */
  public static final long RING_BYTES = 2L * 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(LogStream.class);
  private static final long FIRST_RETRY_MS = 100;
  private static final long LONGEST_RETRY_MS = 2_000;

  private final Vertx vertx;
  private final String id;
  private final LogSink sink;
  private final LogAnnouncer announcer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final LogRing ring;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final RecentLines recent = new RecentLines();
  private volatile SecretMask mask;
  private long lastSeq;
  private long storedPlace;
  private boolean inFlight;
  private boolean closed;

  private LogStream(
      Vertx vertx, String id, long lastSeq, SecretMask mask, LogSink sink, LogAnnouncer announcer) {
    this.vertx = vertx;
    this.id = id;
    this.lastSeq = lastSeq;
    this.mask = mask;
    this.sink = sink;
    this.announcer = announcer;
    this.ring = new LogRing(RING_BYTES);
  }

  /**
   * Opens a stream for writing.
   *
   * @param id the stream's name in the store
   * @param lastSeq the last number the store has of it; 0 for a new stream
   * @param mask what must not be written out
   */
  public static LogStream open(
      Vertx vertx, String id, long lastSeq, SecretMask mask, LogSink sink, LogAnnouncer announcer) {
    return new LogStream(vertx, id, lastSeq, mask, sink, announcer);
  }

  /** Slipway's own words, one or more lines. */
  public void say(@Nullable String step, LogLevel level, String text) {
    SourceLines lines = new SourceLines(this, LogChannel.SYSTEM, step, level);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lines.write(bytes, 0, bytes.length, System.currentTimeMillis());
    lines.end();
  }

  /** A pipe whose bytes become lines of this stream. */
  public Source source(LogChannel channel, @Nullable String step) {
    return new Source(new SourceLines(this, channel, step, null));
  }

  /** One pipe of one process, with its own unfinished line. */
  public static final class Source {
    private final SourceLines lines;

    private Source(SourceLines lines) {
      this.lines = lines;
    }

    /** Takes bytes, printed now; they may be reused after the call. */
    public void write(byte[] bytes, int offset, int length) {
      lines.write(bytes, offset, length, System.currentTimeMillis());
    }

    /** Takes bytes that were printed at the given time (milliseconds since 1970). */
    public void write(byte[] bytes, int offset, int length, long epochMillis) {
      lines.write(bytes, offset, length, epochMillis);
    }

    /** Takes bytes, printed now. */
    public void write(Buffer bytes) {
      byte[] copy = bytes.getBytes();
      lines.write(copy, 0, copy.length, System.currentTimeMillis());
    }

    /** A reader that comes again to this pipe begins behind what was written so far. */
    public void mark() {
      lines.mark();
    }

    /** How many lines were written since the mark, pieces of an unfinished one included. */
    public int sinceMark() {
      return lines.sinceMark();
    }

    /**
     * The pipe comes again from the mark on: its first lines, so many, are written already and are
     * passed over.
     */
    public void again(int alreadyWritten) {
      lines.again(alreadyWritten);
    }

    /** The pipe has ended: what it printed without a line end becomes a line. */
    public void end() {
      lines.end();
    }
  }

  /**
   * The number of the last line that is stored, as this writer knows; {@code lastSeq} of {@link
   * #open} when nothing is yet.
   */
  public long lastSeq() {
    return locked(() -> lastSeq);
  }

  /**
   * How many lines were written here so far: the place of the newest one, which {@link
   * LineBatch#place} tells of a batch.
   */
  public long place() {
    return locked(ring::written);
  }

  /** What is written now is ignored: closed, or taken over by another writer. */
  public boolean isClosed() {
    return locked(() -> closed);
  }

  /**
   * How many lines were dropped because the store was too slow. Each is counted in a gap record.
   */
  public long dropped() {
    return locked(ring::dropped);
  }

  /**
   * The newest lines as plain text, oldest first, at most {@code limit} (and at most a batch or two
   * back).
   */
  public List<String> tail(int limit) {
    return locked(() -> recent.tail(limit));
  }

  /** Masks other secrets from the next line on. */
  public void maskWith(SecretMask newMask) {
    mask = newMask;
  }

  SecretMask mask() {
    return mask;
  }

  /** True when the ring is half full: a source that can wait should. */
  public boolean crowded() {
    return locked(ring::isCrowded);
  }

  /** Blocks the calling virtual thread until the stream is not crowded, or the limit is over. */
  public void awaitRoom(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      long left = limit.toNanos();
      while (left > 0 && !closed && ring.isCrowded()) {
        left = room.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Succeeds when everything written so far is stored; fails only when the stream was taken over by
   * another writer.
   */
  public Future<Void> flush() {
    Promise<Void> stored = Promise.promise();
    lock.lock();
    try {
      if (storedPlace >= ring.written() || closed) {
        return Future.succeededFuture();
      }
      waiting.add(new Waiting(ring.written(), stored));
    } finally {
      lock.unlock();
    }
    return stored.future();
  }

  /** Flushes; what is written later is ignored. */
  public Future<Void> close() {
    return flush()
        .onComplete(flushed -> {
          lock.lock();
          try {
            closed = true;
            room.signalAll();
          } finally {
            lock.unlock();
          }
        });
  }

  /** Runs {@code encode}, which calls {@link #add}, in one piece, then sends what can be sent. */
  void write(Runnable encode) {
    LineBatch batch;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      encode.run();
      batch = nextBatch();
    } finally {
      lock.unlock();
    }
    send(batch);
  }

  /** Encodes one line; only from within {@link #write}. */
  void add(long epochMillis, byte[] middle, LineEncoder.Text text, boolean continued) {
    ring.encoder().line(epochMillis, middle, text, continued);
    ring.wrote();
  }

  private @Nullable LineBatch nextBatch() {
    if (inFlight || closed) {
      return null;
    }
    LineBatch batch = ring.take();
    inFlight = batch != null;
    if (batch != null) {
      recent.add(batch);
    }
    return batch;
  }

  private void send(@Nullable LineBatch batch) {
    if (batch != null) {
      send(batch, FIRST_RETRY_MS);
    }
  }

  private void send(LineBatch batch, long retryMs) {
    append(batch)
        .onSuccess(last -> {
          long first = last - batch.count() + 1;
          announcer.appended(id, first, last, batch.numbered(first));
          send(stored(batch, last));
        })
        .onFailure(failure -> retry(batch, retryMs, failure));
  }

  private Future<Long> append(LineBatch batch) {
    try {
      return sink.append(batch, lastSeq());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private @Nullable LineBatch stored(LineBatch batch, long last) {
    List<Promise<Void>> reached = new ArrayList<>();
    LineBatch next;
    lock.lock();
    try {
      lastSeq = last;
      storedPlace = batch.place();
      inFlight = false;
      while (!waiting.isEmpty() && waiting.peek().place <= storedPlace) {
        reached.add(waiting.remove().stored);
      }
      next = nextBatch();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    reached.forEach(Promise::complete);
    return next;
  }

  private void retry(LineBatch batch, long retryMs, Throwable failure) {
    if (failure instanceof FencedOut) {
      giveUp(failure);
      return;
    }
    LOG.warn("The log {} cannot be stored just now: {}", id, failure.getMessage());
    vertx.setTimer(retryMs, timer -> send(batch, Math.min(retryMs * 2, LONGEST_RETRY_MS)));
  }

  private void giveUp(Throwable failure) {
    List<Waiting> failed;
    lock.lock();
    try {
      closed = true;
      failed = List.copyOf(waiting);
      waiting.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    failed.forEach(each -> each.stored.fail(failure));
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }

  private record Waiting(long place, Promise<Void> stored) {}
}
