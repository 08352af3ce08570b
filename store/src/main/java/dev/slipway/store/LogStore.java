package dev.slipway.store;

import dev.slipway.platform.logs.LogSink;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Log streams in segments: the truth that every reader falls back to. */
public final class LogStore implements LogSink {
  private final Queries database;

  /**
   * @param database best opened with {@link dev.slipway.platform.pg.Database#connectRelaxed}: a
   *     power cut may cost a busy log its last fraction of a second, which keeps it off the disk's
   *     latency
   */
  public LogStore(Queries database) {
    this.database = database;
  }

  /** A stored batch: NDJSON of public line objects, first to last. */
  public record Segment(long firstSeq, long lastSeq, Buffer lines) {}

  /**
   * Where a stream stands.
   *
   * @param lastSeq the last stored number; 0: empty
   * @param status how its subject ended; null while it has not
   * @param sourceAt where a follower resumes in its source
   */
  public record State(
      long lastSeq, boolean ended, @Nullable String status, @Nullable String sourceAt) {}

  /** Stores a batch; the same batch twice is stored once. */
  @Override
  public Future<Void> append(String stream, long firstSeq, long lastSeq, Buffer lines) {
    return database
        .query(
            """
            insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)
              on conflict do nothing
            """,
            stream,
            firstSeq,
            lastSeq,
            lines)
        .mapEmpty();
  }

  /** As above, and notes in the same statement how far the follower has come in its source. */
  public Future<Void> append(
      String stream, long firstSeq, long lastSeq, Buffer lines, String sourceAt) {
    return database
        .query(
            """
            with stored as (
              insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)
                on conflict do nothing)
            insert into log_streams(stream, source_at) values ($1, $5)
              on conflict (stream) do update set source_at = $5, updated_at = now()
            """,
            stream,
            firstSeq,
            lastSeq,
            lines,
            sourceAt)
        .mapEmpty();
  }

  public Future<State> state(String stream) {
    return database
        .one(
            """
            select coalesce((select max(last_seq) from log_segments where stream = $1), 0) as last,
                s.ended, s.status, s.source_at
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
    return new State(
        row.getLong("last"),
        ended != null && ended,
        row.getString("status"),
        row.getString("source_at"));
  }

  private static Segment segment(Row row) {
    return new Segment(row.getLong(0), row.getLong(1), row.getBuffer(2));
  }
}
