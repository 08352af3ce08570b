package dev.slipway.store;

import dev.slipway.platform.logs.LogSink;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Log streams in segments: the truth that every reader falls back to. Lines get their numbers here,
 * under the lock of their stream's row, so that many processes may write into one stream.
 */
public final class LogStore {
  private final Database database;

  /**
   * @param database best opened with {@link Database#connectRelaxed}: a power cut may cost a busy
   *     log its last fraction of a second, which keeps it off the disk's latency
   */
  public LogStore(Database database) {
    this.database = database;
  }

  /** A stored batch: NDJSON of public line objects, first to last. */
  public record Segment(long firstSeq, long lastSeq, Buffer lines) {}

  /**
   * Where a stream stands.
   *
   * @param lastSeq the last number that was given out; 0: empty
   * @param status how its subject ended; null while it has not
   */
  public record State(long lastSeq, boolean ended, @Nullable String status) {}

  /** Fails when the caller does not own any more what it writes about: a fence, a lease. */
  @FunctionalInterface
  public interface Guard {
    Future<Void> holds(Queries transaction);
  }

  /**
   * Opens a stream for a writer of that name. Whoever opened it under the name before cannot append
   * any more: a stream that only one process may write has one name for all of them, a stream that
   * many write has one for each.
   *
   * @param guard keeps a process out that lost its right to write and does not know yet
   */
  public Future<LogWriter> open(String stream, String name, Guard guard) {
    return database.transaction(tx ->
        guard
            .holds(tx)
            .compose(ours -> tx.one(LogWriter.OPEN, stream, name))
            .map(row -> new LogWriter(database, stream, name, Rows.present(row))));
  }

  /**
   * A sink for words about a stream by whoever has them to say, beside its writers. A batch that is
   * tried again is stored once, unless another one of these came in between.
   */
  public LogSink aside(String stream) {
    String author = UUID.randomUUID().toString();
    return (batch, after) ->
        new LogNote("slipway", author + ":" + batch.place()).append(database, stream, batch);
  }

  /**
   * The streams of applications in which a writer of that name noted how far it has read its
   * sources.
   */
  public Future<List<LogNote.Place>> placesOf(String name) {
    return database.list(
        """
        select stream, (writers -> $1::text)::text from log_streams
          where stream like 'a:%' and writers -> $1::text -> 'at' <> '{}'
            and status is distinct from 'deleted'
        """,
        row -> LogNote.Place.read(row, name), name);
  }

  /** Says something about a writer's sources once, however often and by whom it is called. */
  public LogSink once(LogNote.Place place, String what) {
    LogNote note = new LogNote(place.writer(), what + ":" + place.opening());
    return (batch, after) -> note.append(database, place.stream(), batch);
  }

  public Future<State> state(String stream) {
    return database
        .one(
            """
            select greatest(
                coalesce((select max(last_seq) from log_segments where stream = $1), 0),
                coalesce(s.last_seq, 0)) as last, s.ended, s.status
              from (select 1) one left join log_streams s on s.stream = $1
            """,
            stream)
        .map(row -> state(Rows.present(row)));
  }

  /** The segments that hold lines after a number, in order. */
  public Future<List<Segment>> after(String stream, long seq, int segments) {
    return database.list(
        """
        select first_seq, last_seq, lines from log_segments
          where stream = $1 and last_seq > $2 order by last_seq limit $3
        """,
        LogStore::segment,
        stream,
        seq,
        segments);
  }

  /** The last segments, in order: for the tail of a log. */
  public Future<List<Segment>> last(String stream, int segments) {
    return database.list(
        """
        select * from (select first_seq, last_seq, lines from log_segments
          where stream = $1 order by last_seq desc limit $2) newest order by last_seq
        """,
        LogStore::segment,
        stream,
        segments);
  }

  private static State state(Row row) {
    Boolean ended = row.getBoolean("ended");
    return new State(row.getLong("last"), ended != null && ended, row.getString("status"));
  }

  private static Segment segment(Row row) {
    return new Segment(row.getLong(0), row.getLong(1), row.getBuffer(2));
  }
}
