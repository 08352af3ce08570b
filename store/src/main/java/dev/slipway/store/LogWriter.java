package dev.slipway.store;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.logs.LineBatch;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One process's right to write into a stream, until somebody else opens it under the same name. A
 * batch that continues the stream where this writer believes its end costs one statement; when
 * others were quicker the row is locked first, and the batch numbered behind theirs.
 */
public final class LogWriter {
  /** Every opening has a number of its own, and only the newest one of a name may append. */
  static final String OPEN =
      """
      insert into log_streams as s (stream, last_seq, writers)
        values ($1, coalesce((select max(last_seq) from log_segments where stream = $1), 0),
          jsonb_build_object($2::text, jsonb_build_object('opening', 1)))
      on conflict (stream) do update set
        last_seq = greatest(s.last_seq, excluded.last_seq),
        writers = s.writers || jsonb_build_object($2::text,
          coalesce(s.writers -> $2::text, '{}') || jsonb_build_object('batch', 0, 'opening',
            coalesce((s.writers -> $2::text ->> 'opening')::bigint, 0) + 1))
      returning last_seq, (writers -> $2::text ->> 'opening')::bigint as opening,
        (writers -> $2::text -> 'at')::text as at, source_at
      """;

  /**
   * A process of the version before stores segments without looking where the row says the stream
   * ends. Its followers leave their mark in the row, which costs nothing to see.
   */
  private static final String APPEND =
      """
      with continued as (
        update log_streams set last_seq = $3, updated_at = now(),
            writers = jsonb_set(writers, array[$5::text], cast($6::text as jsonb))
          where stream = $1 and last_seq = $2 - 1
            and (writers -> $5::text ->> 'opening')::bigint = $7
            and status is distinct from 'deleted' and source_at is not distinct from $8::text
            %s
          returning stream)
      insert into log_segments(stream, first_seq, last_seq, lines)
        select stream, $2, $3, $4 from continued
      """;

  private static final String APPEND_AMONG_MANY = APPEND.formatted("");

  /** Its builders and runtimes leave none in the log of a deployment. */
  private static final String APPEND_ALONE =
      APPEND.formatted(
          "and not exists (select 1 from log_segments where stream = $1 and last_seq >= $2)");

  private final Queries database;
  private final String stream;
  private final String name;
  private final long opening;
  private final long lastSeq;
  private final @Nullable String at;
  private final @Nullable String formerlyAt;
  private final String append;
  private volatile boolean contended;
  private volatile @Nullable String mark;

  LogWriter(Queries database, String stream, String name, Row opened) {
    this.database = database;
    this.stream = stream;
    this.name = name;
    this.lastSeq = opened.getLong("last_seq");
    this.opening = opened.getLong("opening");
    this.at = opened.getString("at");
    this.formerlyAt = opened.getString("source_at");
    this.mark = formerlyAt;
    this.append = name.equals(LogStreams.ONE_WRITER) ? APPEND_ALONE : APPEND_AMONG_MANY;
  }

  private record State(long opening, long batch, long last, Map<String, String> at) {}

  /** The last number of the stream when it was opened. */
  public long lastSeq() {
    return lastSeq;
  }

  /** How far whoever wrote under this name had read each of its sources. */
  public Map<String, String> at() {
    return at == null ? Map.of() : Json.read("{\"at\":" + at + "}", At.class).at();
  }

  /** The same as the version before noted it, which knew no names: of any node's sources. */
  public Map<String, String> formerlyAt() {
    return formerlyAt == null ? Map.of() : Json.read(formerlyAt, At.class).at();
  }

  private record At(Map<String, String> at) {}

  /** As below, for who has no sources to note. */
  public Future<Long> append(LineBatch batch, long after) {
    return append(batch, after, Map.of());
  }

  /**
   * Stores a batch, as {@code LogSink} promises, and notes in the same transaction how far each
   * source is read with it.
   */
  public Future<Long> append(LineBatch batch, long after, Map<String, String> sources) {
    return contended
        ? appendUnderLock(batch, after, sources)
        : appendAt(database, batch, after, sources)
            .compose(stored ->
                stored
                    ? Future.succeededFuture(after + batch.count())
                    : appendUnderLock(batch, after, sources));
  }

  private Future<Boolean> appendAt(
      Queries where, LineBatch batch, long after, Map<String, String> at) {
    long last = after + batch.count();
    return where
        .update(
            append,
            stream,
            after + 1,
            last,
            batch.numbered(after + 1),
            name,
            Json.text(new State(opening, batch.place(), last, at)),
            opening,
            mark)
        .map(rows -> rows == 1);
  }

  private Future<Long> appendUnderLock(LineBatch batch, long after, Map<String, String> sources) {
    return database.transaction(tx ->
        LogEnd.lock(tx, stream, name)
            .compose(end -> {
              contended = end.lastSeq() > after;
              mark = end.mark();
              if (end.opening() != opening) {
                return Future.failedFuture(new FencedOut(stream));
              }
              return end.batch() == batch.place()
                  ? Future.succeededFuture(end.last())
                  : appendBehind(tx, batch, Math.max(end.lastSeq(), after), sources);
            }));
  }

  private Future<Long> appendBehind(Tx tx, LineBatch batch, long end, Map<String, String> sources) {
    return LogEnd.move(tx, stream, end)
        .compose(moved -> appendAt(tx, batch, end, sources))
        .compose(stored ->
            stored
                ? Future.succeededFuture(end + batch.count())
                : Future.failedFuture(
                    new IllegalStateException(
                        "The log "
                            + stream
                            + " grew while its row was locked: a process of an"
                            + " older version writes into it too")));
  }

  /**
   * Notes how far each source is read although it has nothing new to say.
   *
   * @param place of the last batch that was handed over for storing
   * @return false when that batch is not the last one that is stored: nothing is noted then
   */
  public Future<Boolean> note(Map<String, String> sources, long place) {
    return database
        .update(
            """
            update log_streams set writers = jsonb_set(writers, array[$2::text, 'at'],
                cast($4::text as jsonb))
              where stream = $1 and (writers -> $2::text ->> 'opening')::bigint = $3
                and coalesce((writers -> $2::text ->> 'batch')::bigint, 0) = $5
            """,
            stream,
            name,
            opening,
            Json.text(sources),
            place)
        .map(rows -> rows == 1);
  }
}
