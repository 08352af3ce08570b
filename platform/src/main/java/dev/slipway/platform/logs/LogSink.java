package dev.slipway.platform.logs;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Where batches of lines are stored. The store's LogStore is one; a test's list is another. */
@FunctionalInterface
public interface LogSink {
  /**
   * Stores lines {@code firstSeq} to {@code lastSeq} of a stream. Called again with the same range
   * after a failure: a range that is there already must succeed. A failure with {@code FencedOut}
   * ends the stream for good.
   *
   * @param ndjson one public line object (or gap record) per line, each ended by {@code \n}
   */
  Future<Void> append(String stream, long firstSeq, long lastSeq, Buffer ndjson);
}
