package dev.slipway.gateway.live;

import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Json;
import dev.slipway.store.LogStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log as it stands: a page of it, the place where its tail begins, or the whole as text.
 */
public final class LogReader {
  private static final int SEGMENTS = 16;
  private static final int MOST_SEGMENTS = 10_000;
  private static final long MOST_SCANNED_BYTES = 16L * 1024 * 1024;

  private final LogStore store;

  public LogReader(LogStore store) {
    this.store = store;
  }

  /** A page: lines after a number, at most so many, and those only that a filter lets through. */
  Future<Reply> page(String stream, long after, long limit, @Nullable LineFilter filter) {
    return store
        .state(stream)
        .compose(state -> {
          Page page = new Page(stream, after, limit, filter);
          return read(page).map(read -> Reply.of("application/json", page.json(state)));
        });
  }

  private Future<Page> read(Page page) {
    return store
        .after(page.stream, page.next, SEGMENTS)
        .compose(found -> {
          for (LogBatch batch : LogChannel.batches(found, page.next)) {
            page.add(batch);
          }
          return found.size() < SEGMENTS || page.isFull()
              ? Future.succeededFuture(page)
              : read(page);
        });
  }

  /** The number after which the last lines begin. */
  Future<Long> beforeTail(String stream, long lines) {
    return beforeTail(stream, lines, SEGMENTS);
  }

  private Future<Long> beforeTail(String stream, long lines, int segments) {
    return store
        .last(stream, segments)
        .compose(found -> {
          if (found.isEmpty()) {
            return Future.succeededFuture(0L);
          }
          long last = found.getLast().lastSeq();
          long from = Math.max(last - lines, 0);
          boolean enough = found.getFirst().firstSeq() <= from + 1;
          return enough || found.size() < segments || segments >= MOST_SEGMENTS
              ? Future.succeededFuture(Math.max(from, found.getFirst().firstSeq() - 1))
              : beforeTail(stream, lines, Math.min(segments * 8, MOST_SEGMENTS));
        });
  }

  /** The whole log as text, at the pace at which it is taken. */
  Future<Reply> download(
      String stream, String fileName, HttpServerResponse response, @Nullable LineFilter filter) {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .putHeader("Content-Disposition", "attachment; filename=\"" + fileName + "\"")
        .putHeader("Cache-Control", "no-store");
    return write(stream, 0, response, filter).compose(done -> response.end()).map(Reply.TAKEN_OVER);
  }

  private Future<Void> write(
      String stream, long after, HttpServerResponse response, @Nullable LineFilter filter) {
    return store
        .after(stream, after, SEGMENTS)
        .compose(found -> {
          if (found.isEmpty() || response.closed()) {
            return Future.succeededFuture();
          }
          Buffer text = Buffer.buffer();
          for (LogBatch batch : LogChannel.batches(found, after)) {
            appendText(text, filter == null ? batch : batch.matching(filter));
          }
          long next = found.getLast().lastSeq();
          // The write's own future: the next page is read when this one has left.
          return response.write(text).compose(done -> write(stream, next, response, filter));
        });
  }

  private static void appendText(Buffer text, LogBatch batch) {
    batch.lines((seq, bytes, start, length) -> {
      var line = Json.tree(new String(bytes, start, length, StandardCharsets.UTF_8));
      if (line.has("gap")) {
        text.appendString("… lines ")
            .appendString(line.at("/gap/from").asText())
            .appendString(" to ")
            .appendString(line.at("/gap/to").asText())
            .appendString(" were lost …\n");
      } else {
        text.appendString(line.path("at").asText()).appendString(" ");
        text.appendString(line.path("line").asText()).appendString("\n");
      }
      return true;
    });
  }

  /** A page while it is being read. */
  private static final class Page {
    final String stream;
    final long limit;
    final @Nullable LineFilter filter;
    final Buffer items = Buffer.buffer();
    long next;
    long count;
    long scanned;

    Page(String stream, long after, long limit, @Nullable LineFilter filter) {
      this.stream = stream;
      this.next = after;
      this.limit = limit;
      this.filter = filter;
    }

    boolean isFull() {
      return count >= limit || scanned > MOST_SCANNED_BYTES;
    }

    void add(LogBatch batch) {
      scanned += batch.bytes();
      batch.lines((seq, text, start, length) -> {
        if (count >= limit) {
          return false;
        }
        if (filter == null || filter.passes(text, start, length)) {
          items.appendString(count == 0 ? "" : ",").appendBytes(text, start, length);
          count++;
        }
        next = seq;
        return true;
      });
    }

    Buffer json(LogStore.State state) {
      boolean ended = state.ended() && next >= state.lastSeq();
      return Buffer.buffer("{\"items\":[")
          .appendBuffer(items)
          .appendString("],\"next\":" + next + ",\"ended\":" + ended + "}");
    }
  }
}
