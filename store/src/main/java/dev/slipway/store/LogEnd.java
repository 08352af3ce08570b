package dev.slipway.store;

import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/**
 * A stream's end while its row is locked, so that it stays the end.
 *
 * @param lastSeq the last number that is given out
 * @param opening the newest opening under the asked name; 0 for none
 * @param batch the last batch that was stored under it, by its place
 * @param last that batch's last number
 * @param said what was said last beside its batches; null for nothing
 * @param saidLast that saying's last number
 * @param mark what a follower of the version before left; null for nothing
 */
record LogEnd(
    long lastSeq,
    long opening,
    long batch,
    long last,
    @Nullable String said,
    long saidLast,
    @Nullable String mark) {

  /** Fails when the stream is gone with its application. */
  static Future<LogEnd> lock(Tx tx, String stream, String name) {
    return tx.one(
            """
            select last_seq, status, (writers -> $2::text ->> 'opening')::bigint,
                (writers -> $2::text ->> 'batch')::bigint, (writers -> $2::text ->> 'last')::bigint,
                writers -> $2::text ->> 'said', (writers -> $2::text ->> 'saidLast')::bigint,
                source_at
              from log_streams where stream = $1 for update
            """,
            stream,
            name)
        .compose(row ->
            row == null || "deleted".equals(row.getString(1))
                ? Future.failedFuture(new FencedOut(stream))
                : behindSegments(tx, stream, row));
  }

  /** The lock was waited for: only a statement that begins now sees what was stored meanwhile. */
  private static Future<LogEnd> behindSegments(Tx tx, String stream, Row row) {
    return tx.one("select max(last_seq) from log_segments where stream = $1", stream)
        .map(segments -> {
          Long stored = Rows.present(segments).getLong(0);
          return new LogEnd(
              Math.max(row.getLong(0), stored == null ? 0 : stored),
              orZero(row.getLong(2)),
              orZero(row.getLong(3)),
              orZero(row.getLong(4)),
              row.getString(5),
              orZero(row.getLong(6)),
              row.getString(7));
        });
  }

  /** Brings the locked row to where the stream really ends. */
  static Future<Void> move(Tx tx, String stream, long end) {
    return tx.query("update log_streams set last_seq = $2 where stream = $1", stream, end)
        .mapEmpty();
  }

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }
}
