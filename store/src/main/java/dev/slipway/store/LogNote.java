package dev.slipway.store;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.logs.LineBatch;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Map;
import java.util.Objects;

/**
 * Something said in a stream by who does not hold it open.
 *
 * @param name the writer beside whose lines it is noted that it was said
 * @param token what makes it the same saying when it is said again
 */
public record LogNote(String name, String token) {

  /**
   * How far a writer had read its sources when it was heard of last.
   *
   * @param opening of the writer
   * @param at by source
   */
  public record Place(String stream, String writer, long opening, Map<String, String> at) {
    static Place read(Row row, String writer) {
      Written written = Json.read(row.getString(1), Written.class);
      return new Place(row.getString(0), writer, written.opening(), written.at());
    }

    private record Written(long opening, Map<String, String> at) {}
  }

  Future<Long> append(Database database, String stream, LineBatch batch) {
    return database.transaction(tx ->
        tx.query("insert into log_streams(stream) values ($1) on conflict do nothing", stream)
            .compose(there -> LogEnd.lock(tx, stream, name))
            .compose(end ->
                Objects.equals(end.said(), token)
                    ? Future.succeededFuture(end.saidLast())
                    : say(tx, stream, batch, end.lastSeq())));
  }

  private Future<Long> say(Tx tx, String stream, LineBatch batch, long end) {
    long last = end + batch.count();
    return tx.query(
            """
            with said as (
              update log_streams set last_seq = $3, updated_at = now(),
                  writers = writers || jsonb_build_object($5::text,
                    coalesce(writers -> $5::text, '{}')
                      || jsonb_build_object('said', $6::text, 'saidLast', $3::bigint))
                where stream = $1)
            insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)
            """,
            stream,
            end + 1,
            last,
            batch.numbered(end + 1),
            name,
            token)
        .map(last);
  }
}
