package dev.slipway.gateway.live;

import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.store.LogStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log that is followed. It keeps the newest batches, without a hole among them; who is further
 * behind is fed from the store, one read at a time and one read for all who are at the same place.
 * Bells bring batches early; a lost bell is found by the hole it leaves or by the poll.
 */
final class LogChannel {
  private static final Logger LOG = LoggerFactory.getLogger(LogChannel.class);
  private static final int RECENT_BYTES = 512 * 1024;
  private static final int SEGMENTS_A_READ = 8;
  private static final int PAGES_KEPT = 8;
  private static final long POLL_MS = 2_000;

  private final LogStore store;
  private final Vertx vertx;
  private final String stream;
  private final Set<LogFeed> feeds = new HashSet<>();
  private final Deque<LogBatch> recent = new ArrayDeque<>();
  private final Map<Long, Future<List<LogBatch>>> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Future<List<LogBatch>>> eldest) {
          return size() > PAGES_KEPT;
        }
      };
  private final long poll;
  private final Future<?> opened;
  private Future<?> lastRead = Future.succeededFuture();
  private int recentBytes;
  private long head;
  private boolean ended;
  private @Nullable String status;
  private boolean heardLately;
  private boolean looking;
  private boolean lookAgain;
  private boolean closed;
  private Runnable onClose = () -> {};

  /**
   * @param listening the ear at the bus: what is stored before it listens is found by looking after
   */
  LogChannel(Vertx vertx, LogStore store, String stream, Future<?> listening) {
    this.vertx = vertx;
    this.store = store;
    this.stream = stream;
    this.poll = vertx.setPeriodic(POLL_MS, timer -> pollIfQuiet());
    this.opened = listening.transform(heard -> look());
  }

  String stream() {
    return stream;
  }

  int readers() {
    return feeds.size();
  }

  void join(LogFeed feed) {
    feeds.add(feed);
    opened.onComplete(looked -> feed.goOn());
  }

  void leave(LogFeed feed) {
    feeds.remove(feed);
  }

  void goAway() {
    List.copyOf(feeds).forEach(LogFeed::goAway);
  }

  void onClose(Runnable tidy) {
    onClose = tidy;
  }

  void close() {
    closed = true;
    vertx.cancelTimer(poll);
    onClose.run();
  }

  /** The greatest number that is known to be stored. */
  long head() {
    return head;
  }

  /** Nothing follows {@link #head}. */
  boolean ended() {
    return ended;
  }

  /** The log is gone with its application, whatever was in it. */
  boolean deleted() {
    return ended && "deleted".equals(status);
  }

  /** How the log's subject ended. */
  String status() {
    String known = status;
    return known == null ? "ended" : known;
  }

  /** A batch was stored. */
  void heard(Appended appended) {
    heardLately = true;
    if (!appended.ndjson().isEmpty() && appended.lastSeq() > head) {
      LogBatch batch =
          new LogBatch(
              appended.firstSeq(),
              appended.lastSeq(),
              appended.ndjson().getBytes(StandardCharsets.UTF_8));
      keep(batch.firstSeq() <= head ? batch.after(head) : batch);
      head = appended.lastSeq();
    }
    if (appended.ended()) {
      look();
    }
    wake();
  }

  private void keep(LogBatch batch) {
    if (batch.firstSeq() > head + 1) {
      // A bell was lost. What it told lies in the store, and what we kept no longer joins.
      recent.clear();
      recentBytes = 0;
    }
    recent.addLast(batch);
    recentBytes += batch.bytes();
    while (recentBytes > RECENT_BYTES && recent.size() > 1) {
      recentBytes -= recent.removeFirst().bytes();
    }
  }

  /**
   * The kept batch that holds the line after a number, cut to begin there; null when the store must
   * be asked.
   */
  @Nullable LogBatch recentAfter(long seq) {
    if (recent.isEmpty() || seq + 1 < recent.getFirst().firstSeq()) {
      return null;
    }
    for (Iterator<LogBatch> newestFirst = recent.descendingIterator(); newestFirst.hasNext(); ) {
      LogBatch batch = newestFirst.next();
      if (batch.firstSeq() <= seq + 1) {
        return batch.lastSeq() > seq ? batch.after(seq) : null;
      }
    }
    return null;
  }

  /** Stored batches after a number, at most a few; one read for all who ask for the same place. */
  Future<List<LogBatch>> storedAfter(long seq) {
    Future<List<LogBatch>> known = pages.get(seq);
    if (known != null) {
      return known;
    }
    Future<List<LogBatch>> asked =
        lastRead
            .transform(before -> store.after(stream, seq, SEGMENTS_A_READ))
            .map(found -> batches(found, seq));
    lastRead = asked;
    pages.put(seq, asked);
    // A page at the log's end would hide what comes after it, and a failed one everything.
    asked.onComplete(done -> {
      if (done.failed() || done.result().size() < SEGMENTS_A_READ) {
        pages.remove(seq, asked);
      }
    });
    return asked;
  }

  static List<LogBatch> batches(List<LogStore.Segment> segments, long after) {
    List<LogBatch> batches = new ArrayList<>();
    long seq = after;
    for (LogStore.Segment segment : segments) {
      if (segment.firstSeq() > seq + 1) {
        batches.add(LogBatch.gap(seq + 1, segment.firstSeq() - 1)); // forgotten for their age
      }
      LogBatch batch =
          new LogBatch(segment.firstSeq(), segment.lastSeq(), segment.lines().getBytes());
      batches.add(segment.firstSeq() <= seq ? batch.after(seq) : batch);
      seq = segment.lastSeq();
    }
    return batches;
  }

  private void pollIfQuiet() {
    if (!heardLately && !ended) {
      look();
    }
    heardLately = false;
  }

  /**
   * Looks where the log stands; asked while it looks, it looks once more, for what it sees may be
   * older.
   */
  Future<Void> look() {
    if (closed || looking) {
      lookAgain = looking;
      return Future.succeededFuture();
    }
    looking = true;
    return store
        .state(stream)
        .onSuccess(this::learn)
        .onFailure(failure -> LOG.warn("Cannot look at log {}: {}", stream, failure.toString()))
        .onComplete(looked -> looked())
        .mapEmpty();
  }

  private void looked() {
    looking = false;
    if (lookAgain) {
      lookAgain = false;
      look();
    }
  }

  private void learn(LogStore.State state) {
    if (state.lastSeq() > head) {
      recent.clear();
      recentBytes = 0;
      head = state.lastSeq();
    }
    status = state.status();
    ended = state.ended();
    wake();
  }

  private void wake() {
    for (LogFeed feed : List.copyOf(feeds)) {
      feed.goOn();
    }
  }
}
