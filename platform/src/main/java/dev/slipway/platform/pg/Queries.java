package dev.slipway.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a store may ask PostgreSQL, inside a transaction ({@link Tx}) or outside ({@link Database}).
 *
 * <p>Statements take {@code $1, $2, …}. Arguments may be {@code null}, text, numbers, booleans,
 * arrays, {@code OffsetDateTime}, {@code Instant} (bound as {@code timestamptz}), a Vert.x {@code
 * JsonObject} or {@code JsonArray} (bound as {@code jsonb}). JSON that is already text goes through
 * {@code $1::text::jsonb}: a plain text bound as {@code jsonb} would become one JSON string.
 */
public interface Queries {

  /** Runs one statement. Fails with the client's {@code PgException} as PostgreSQL reported it. */
  Future<RowSet<Row>> query(String sql, @Nullable Object... args);

  /**
   * Runs {@code work} in a transaction: committed when its future succeeds, rolled back when it
   * fails or throws. On a {@link Tx} the work joins the transaction that is already open.
   */
  <T extends @Nullable Object> Future<T> transaction(Function<Tx, Future<T>> work);

  /** The first row, or null when there is none. */
  default Future<@Nullable Row> one(String sql, @Nullable Object... args) {
    return query(sql, args).map(rows -> rows.size() == 0 ? null : rows.iterator().next());
  }

  /** The first row read by {@code read}, or null when there is none. */
  default <T> Future<@Nullable T> one(String sql, Function<Row, T> read, @Nullable Object... args) {
    return query(sql, args)
        .map(rows -> rows.size() == 0 ? null : read.apply(rows.iterator().next()));
  }

  /** All rows, in the statement's order. */
  default <T> Future<List<T>> list(String sql, Function<Row, T> read, @Nullable Object... args) {
    return query(sql, args)
        .map(rows -> {
          List<T> all = new ArrayList<>(rows.size());
          for (Row row : rows) {
            all.add(read.apply(row));
          }
          return all;
        });
  }

  /** Runs a write and tells how many rows it touched. */
  default Future<Integer> update(String sql, @Nullable Object... args) {
    return query(sql, args).map(rows -> rows.rowCount());
  }

  /**
   * Rings a channel; inside a transaction the bell is heard after the commit. Payload below 8000
   * bytes: ids only.
   */
  default Future<Void> notifyChannel(String channel, String payload) {
    return query("SELECT pg_notify($1, $2)", channel, payload).mapEmpty();
  }
}
