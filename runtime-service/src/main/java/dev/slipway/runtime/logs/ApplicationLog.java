package dev.slipway.runtime.logs;

import dev.slipway.docker.OutputKind;
import dev.slipway.platform.logs.LineBatch;
import dev.slipway.platform.logs.LogAnnouncer;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.store.LogStore;
import dev.slipway.store.LogWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's part in one application's log. Its containers all write through here; a lock ties
 * each line to its place in its container's output.
 */
final class ApplicationLog {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationLog.class);
  private static final Duration ROOM_WITHIN = Duration.ofSeconds(10);

  private final LogWriter writer;
  private final Context context;
  private final LogStream stream;
  private final Positions positions;
  private final Set<String> secrets = new TreeSet<>();
  private final ReentrantLock lock = new ReentrantLock();

  private ApplicationLog(Vertx vertx, String name, LogWriter writer, LogAnnouncer announcer) {
    this.writer = writer;
    this.context = vertx.getOrCreateContext();
    this.positions = new Positions(writer.at(), writer.formerlyAt());
    this.stream =
        LogStream.open(vertx, name, writer.lastSeq(), SecretMask.NONE, this::store, announcer);
  }

  /** Who writes, and whose right to do so is asked for. */
  record Author(String name, LogStore.Guard guard) {}

  /** Opens the stream behind what is stored. */
  static Future<ApplicationLog> open(
      Vertx vertx, String name, LogStore store, Author author, LogAnnouncer announcer) {
    return store
        .open(name, author.name(), author.guard())
        .map(writer -> new ApplicationLog(vertx, name, writer, announcer));
  }

  /**
   * The first line of a batch leaves while it is being written: only when that is over is its place
   * in the source noted, so then and not before it is stored with it.
   */
  private Future<Long> store(LineBatch batch, long after) {
    if (!lock.isHeldByCurrentThread()) {
      return storeNoted(batch, after);
    }
    Promise<Long> stored = Promise.promise();
    context.runOnContext(later -> storeNoted(batch, after).onComplete(stored));
    return stored.future();
  }

  private Future<Long> storeNoted(LineBatch batch, long after) {
    Map<String, String> at;
    lock.lock();
    try {
      at = positions.storedUpTo(batch.place());
    } finally {
      lock.unlock();
    }
    return writer.append(batch, after, at);
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

  /** Whether nothing of this container is left to read. */
  boolean ended(String container) {
    lock.lock();
    try {
      return positions.ended(container);
    } finally {
      lock.unlock();
    }
  }

  /** Says what was lost with containers that went while nobody read them. */
  void tellUnread(Set<String> present) {
    lock.lock();
    try {
      Map<String, Long> unread = positions.unread(present);
      unread.forEach((id, nanos) -> stream.say(null, LogLevel.WARN, Losses.removed(id, nanos)));
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the places in containers that are gone. */
  void keepPositions(Set<String> present) {
    lock.lock();
    try {
      positions.keep(present);
    } finally {
      lock.unlock();
    }
    save();
  }

  /**
   * Stores the places alone: what has ended has nothing more to say that would carry them. Nothing
   * happens while a batch is on its way; then a later look does it.
   */
  private void save() {
    Map<String, String> at;
    long upTo;
    lock.lock();
    try {
      if (!positions.unsaved() || stream.isClosed()) {
        return;
      }
      at = positions.now();
      upTo = positions.upTo();
      positions.saved(true);
    } finally {
      lock.unlock();
    }
    writer
        .note(at, upTo)
        .onSuccess(this::saved)
        .onFailure(failure -> {
          LOG.warn("Places in a log are not noted just now: {}", failure.getMessage());
          saved(false);
        });
  }

  private void saved(boolean done) {
    if (!done) {
      lock.lock();
      try {
        positions.saved(false);
      } finally {
        lock.unlock();
      }
    }
  }

  /** One of a container's two pipes into this stream. */
  Pipe pipe(String container, OutputKind kind, String step) {
    LogChannel channel = kind == OutputKind.STDERR ? LogChannel.STDERR : LogChannel.STDOUT;
    lock.lock();
    try {
      Mark mark = positions.of(container, kind);
      return new Pipe(Positions.key(container, kind), mark, stream.source(channel, step));
    } finally {
      lock.unlock();
    }
  }

  /** One pipe of a container, read from its mark on as often as the engine breaks off. */
  final class Pipe {
    private final String key;
    private final LogStream.Source source;
    private Mark mark;
    private Mark skip;
    private int skipped;

    private Pipe(String key, Mark mark, LogStream.Source source) {
      this.key = key;
      this.source = source;
      this.mark = mark;
      this.skip = mark;
    }

    /** The last line that is written. */
    Mark mark() {
      return mark;
    }

    /** The engine begins to show the pipe again, from the mark's moment or before. */
    void again() {
      lock.lock();
      try {
        skip = mark;
        skipped = 0;
        source.again(mark.pieces());
      } finally {
        lock.unlock();
      }
    }

    /** The line behind the mark is lost, and what was written of it belongs to it alone. */
    void lost() {
      mark = mark.pieces(0);
      again();
    }

    /** Whether a line of that moment is written already; counts lines of the mark's moment. */
    boolean known(long nanos, boolean lineEnds) {
      if (nanos > skip.nanos() || (nanos == skip.nanos() && skipped >= skip.lines())) {
        return false;
      }
      skipped += lineEnds && nanos == skip.nanos() ? 1 : 0;
      return true;
    }

    /** Writes a piece of output printed at that moment; waits while the stream is full. */
    void write(byte[] bytes, int from, int length, long nanos) {
      awaitRoom();
      boolean lineEnds = length > 0 && bytes[from + length - 1] == '\n';
      lock.lock();
      try {
        if (stream.isClosed()) {
          return; // what is not written is not counted as written
        }
        int before = source.sinceMark();
        source.write(bytes, from, length);
        if (lineEnds && nanos > 0) {
          mark = mark.line(nanos);
          source.mark();
          positions.note(stream.place(), key, mark);
        } else if (source.sinceMark() > before) {
          mark = mark.pieces(source.sinceMark());
          positions.note(stream.place(), key, mark);
        }
      } finally {
        lock.unlock();
      }
    }

    /** The pipe has ended. */
    void end() {
      lock.lock();
      try {
        source.end();
        if (source.sinceMark() > mark.pieces()) {
          mark = mark.pieces(source.sinceMark());
          positions.note(stream.place(), key, mark);
        }
      } finally {
        lock.unlock();
      }
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

  /** All that this container will ever print is written. */
  void readToEnd(String container) {
    lock.lock();
    try {
      positions.noteEnd(stream.place(), container);
    } finally {
      lock.unlock();
    }
    stream.flush().onSuccess(stored -> save());
  }

  /** Another process writes here by now, or the application is gone. */
  boolean isClosed() {
    return stream.isClosed();
  }

  Future<Void> close() {
    return stream.close();
  }
}
