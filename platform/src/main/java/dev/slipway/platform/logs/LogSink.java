package dev.slipway.platform.logs;

import io.vertx.core.Future;

/** Where one writer's batches of a stream are stored. */
@FunctionalInterface
public interface LogSink {
  /**
   * Stores a batch at the stream's end, under numbers that continue the stream. Called again with
   * the same batch after a failure: one that is there already must succeed with the number it has.
   * A failure with {@code FencedOut} ends the stream for this writer.
   *
   * @param after the stream's last number as this writer knows it; when it is not the last one any
   *     more, because others write too, the batch goes behind theirs
   * @return the number of the batch's last line
   */
  Future<Long> append(LineBatch batch, long after);
}
