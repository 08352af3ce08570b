package dev.slipway.e2e.lab;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads the platform's rows, to count what must be there once. It never writes. */
public final class Truth implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int AT_ONCE = 20;

  private final Vertx vertx;
  private final PgConnection connection;

  private Truth(Vertx vertx, PgConnection connection) {
    this.vertx = vertx;
    this.connection = connection;
  }

  /** Reads the database of this address. */
  public static Truth at(String url) {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
    try {
      return new Truth(
          vertx,
          PgConnection.connect(vertx, PgConnectOptions.fromUri(url))
              .await(LIMIT.toSeconds(), TimeUnit.SECONDS));
    } catch (Exception e) {
      vertx.close().await();
      throw new IllegalStateException("the database does not answer", e);
    }
  }

  /** The first column of the first row, a number. */
  public long count(String sql) {
    return Objects.requireNonNull(rows(sql).iterator().next().getLong(0), sql);
  }

  /** Each row as one text, its columns separated by blanks. */
  public List<String> lines(String sql) {
    List<String> lines = new ArrayList<>();
    for (Row row : rows(sql)) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        cells.add(String.valueOf(row.getValue(i)));
      }
      lines.add(String.join(" ", cells));
    }
    return lines;
  }

  /** The first column of each row, a text, a few rows at a time however many there are. */
  public long each(String sql, Consumer<String> text) {
    long seen = 0;
    Transaction transaction = connection.begin().await();
    PreparedStatement prepared = connection.prepare(sql).await();
    Cursor cursor = prepared.cursor();
    do {
      for (Row row : cursor.read(AT_ONCE).await()) {
        text.accept(String.valueOf(row.getValue(0)));
        seen++;
      }
    } while (cursor.hasMore());
    cursor.close().await();
    prepared.close().await();
    transaction.rollback().await();
    return seen;
  }

  private RowSet<Row> rows(String sql) {
    try {
      return connection.query(sql).execute().await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("no answer to: " + sql, e);
    }
  }

  @Override
  public void close() {
    connection.close().await();
    vertx.close().await();
  }
}
