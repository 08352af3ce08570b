package dev.slipway.runtime.logs;

import dev.slipway.docker.OutputKind;
import dev.slipway.platform.logs.LogAnnouncer;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.store.LogStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One application's log stream and its only writer. Several containers write into it; a lock ties
 * each line's number to its place in its container's output.
 */
final class ApplicationLog {
  private static final Duration ROOM_WITHIN = Duration.ofSeconds(10);

  private final LogStore store;
  private final Context context;
  private final LogStream stream;
  private final Positions positions;
  private final Set<String> secrets = new TreeSet<>();
  private final ReentrantLock lock = new ReentrantLock();

  private ApplicationLog(
      Vertx vertx, String name, LogStore store, LogStore.State state, LogAnnouncer announcer) {
    this.store = store;
    this.context = vertx.getOrCreateContext();
    this.positions = Positions.read(state.sourceAt());
    this.stream =
        LogStream.open(vertx, name, state.lastSeq(), SecretMask.NONE, this::store, announcer);
  }

  /** Opens the stream behind what is stored. */
  static Future<ApplicationLog> open(
      Vertx vertx, String name, LogStore store, LogAnnouncer announcer) {
    return store.state(name).map(state -> new ApplicationLog(vertx, name, store, state, announcer));
  }

  /**
   * The first line of a batch leaves while it is being written: only when that is over is its place
   * in the source noted, so then and not before it is stored with it.
   */
  private Future<Void> store(String name, long first, long last, Buffer lines) {
    if (!lock.isHeldByCurrentThread()) {
      return storeNoted(name, first, last, lines);
    }
    Promise<Void> stored = Promise.promise();
    context.runOnContext(later -> storeNoted(name, first, last, lines).onComplete(stored));
    return stored.future();
  }

  private Future<Void> storeNoted(String name, long first, long last, Buffer lines) {
    String at;
    lock.lock();
    try {
      at = positions.storedUpTo(last);
    } finally {
      lock.unlock();
    }
    return store.append(name, first, last, lines, at);
  }

  /** Masks these values too, from the next line on. */
  void mask(Collection<String> values) {
    lock.lock();
    try {
      if (secrets.addAll(values)) {
        stream.maskWith(SecretMask.of(secrets));
      }
    } finally {
      lock.unlock();
    }
  }

  void say(LogLevel level, String text) {
    lock.lock();
    try {
      stream.say(null, level, text);
    } finally {
      lock.unlock();
    }
  }

  Positions.@Nullable Mark position(String container) {
    lock.lock();
    try {
      return positions.of(container);
    } finally {
      lock.unlock();
    }
  }

  void keepPositions(Set<String> containers) {
    lock.lock();
    try {
      positions.keep(containers);
    } finally {
      lock.unlock();
    }
  }

  /** One container's two pipes into this stream. */
  Pipe pipe(String container, String step) {
    return new Pipe(
        container, stream.source(LogChannel.STDOUT, step), stream.source(LogChannel.STDERR, step));
  }

  final class Pipe {
    private final String container;
    private final LogStream.Source out;
    private final LogStream.Source err;
    private long unfinished;

    private Pipe(String container, LogStream.Source out, LogStream.Source err) {
      this.container = container;
      this.out = out;
      this.err = err;
    }

    /** Writes a piece of output printed at that moment; waits while the stream is full. */
    void write(OutputKind kind, byte[] bytes, int from, int length, long nanos) {
      awaitRoom();
      LogStream.Source source = kind == OutputKind.STDERR ? err : out;
      lock.lock();
      try {
        source.write(bytes, from, length);
        boolean lineEnds = length > 0 && bytes[from + length - 1] == '\n';
        unfinished = lineEnds ? 0 : nanos;
        if (lineEnds && nanos > 0) {
          positions.note(stream.lastSeq(), container, nanos);
        }
      } finally {
        lock.unlock();
      }
    }

    /**
     * Lets the engine wait rather than drop lines; a store that is away for long costs lines,
     * counted.
     */
    private void awaitRoom() {
      if (stream.crowded()) {
        try {
          stream.awaitRoom(ROOM_WITHIN);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }

    /** The container's output has ended. */
    void end() {
      lock.lock();
      try {
        out.end();
        err.end();
        if (unfinished > 0) {
          positions.note(stream.lastSeq(), container, unfinished);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  Future<Void> close() {
    return stream.close();
  }
}
