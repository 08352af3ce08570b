package dev.slipway.platform.logs;

import io.vertx.core.buffer.Buffer;

/** Tells the live readers about a batch, after it is stored. */
@FunctionalInterface
public interface LogAnnouncer {
  /** Nobody is told. */
  LogAnnouncer NONE = (stream, firstSeq, lastSeq, ndjson) -> {};

  /** The batch is stored; must not block. */
  void appended(String stream, long firstSeq, long lastSeq, Buffer ndjson);
}
