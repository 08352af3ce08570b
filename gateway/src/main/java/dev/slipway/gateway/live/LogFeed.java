package dev.slipway.gateway.live;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reader of a log. It holds nothing but its place: as long as its wire is full it rests, and
 * afterwards goes on where it was, from what the channel keeps or from the store. So a slow reader
 * misses nothing and costs nobody anything.
 */
final class LogFeed {
  private static final Logger LOG = LoggerFactory.getLogger(LogFeed.class);
  private static final int BATCHES_A_TURN = 16;
  private static final long RETRY_MS = 1_000;

  private final Vertx vertx;
  private final LogChannel channel;
  private final Sink sink;
  private final @Nullable LineFilter filter;
  private long seq;
  private boolean busy;
  private boolean done;
  private long nothingUpTo;

  LogFeed(Vertx vertx, LogChannel channel, Sink sink, long after, @Nullable LineFilter filter) {
    this.vertx = vertx;
    this.channel = channel;
    this.sink = sink;
    this.seq = after;
    this.filter = filter;
    sink.onRoom(this::goOn);
  }

  /** Sends what there is to send and the wire takes. */
  void goOn() {
    for (int turn = 0; !busy && !done && !sink.isFull(); turn++) {
      if (turn == BATCHES_A_TURN) {
        yieldTurn();
        return;
      }
      if (seq >= channel.head() || channel.deleted()) {
        endIfOver();
        return;
      }
      LogBatch batch = channel.recentAfter(seq);
      if (batch == null) {
        readFromStore();
        return;
      }
      send(batch);
    }
  }

  /** The reader shall come back to another process. */
  void goAway() {
    if (!done) {
      done = true;
      sink.goAway("after=" + seq);
    }
  }

  /** Others want to use this thread too. */
  private void yieldTurn() {
    busy = true;
    vertx.runOnContext(later -> {
      busy = false;
      goOn();
    });
  }

  private void readFromStore() {
    busy = true;
    channel
        .storedAfter(seq)
        .onComplete(read -> {
          if (read.failed()) {
            LOG.warn("Cannot read log {}: {}", channel.stream(), read.cause().toString());
            vertx.setTimer(RETRY_MS, later -> resume());
          } else {
            sendStored(read.result(), 0);
          }
        });
  }

  /**
   * A page may be larger than the wire takes at once; the rest waits for room, by its place alone.
   */
  private void sendStored(List<LogBatch> batches, int from) {
    int i = from;
    while (i < batches.size() && !sink.isFull()) {
      send(batches.get(i++));
    }
    if (batches.isEmpty()) {
      nothingThere();
      return;
    }
    nothingUpTo = 0;
    resume();
  }

  /** The store has less than was said: all of it was collected for its age, if it stays so. */
  private void nothingThere() {
    if (nothingUpTo > seq) {
      send(LogBatch.gap(seq + 1, nothingUpTo));
      resume();
      return;
    }
    nothingUpTo = channel.head();
    channel.look().onComplete(looked -> vertx.setTimer(RETRY_MS, later -> resume()));
  }

  private void resume() {
    busy = false;
    goOn();
  }

  private void send(LogBatch batch) {
    LogBatch wanted = filter == null ? batch : batch.matching(filter);
    Buffer encoded = wanted.encoded(sink.form());
    if (encoded.length() > 0) {
      sink.write(encoded);
    }
    seq = batch.lastSeq();
  }

  private void endIfOver() {
    if (!channel.ended()) {
      return;
    }
    done = true;
    String record = "{\"end\":true,\"status\":\"" + channel.status() + "\"}";
    sink.write(
        switch (sink.form()) {
          case FRAMES -> Frames.text(record);
          case SSE -> Buffer.buffer("data: " + record + "\n\n");
        });
    sink.end();
  }
}
