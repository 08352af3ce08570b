package dev.slipway.platform.pg;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of connections to PostgreSQL with cached prepared statements. Safe to share
 * between threads; its futures may be composed on an event loop or awaited on a virtual thread.
 */
public final class Database implements Queries {
  /** Starting, shutting down, just crashed, full. */
  private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300");

  /** How the pool says that its patience was over; there is no type for it. */
  private static final String NO_CONNECTION = "Timeout waiting for connection";

  private final Vertx vertx;
  private final DatabaseUrl url;
  private final Pool pool;

  private Database(Vertx vertx, DatabaseUrl url, Pool pool) {
    this.vertx = vertx;
    this.url = url;
    this.pool = pool;
  }

  /**
   * Opens a pool. Nothing is connected until the first query; waiting for a free connection is
   * limited to 10 s.
   *
   * @param poolSize how many connections at most, 1 or more
   */
  public static Database connect(Vertx vertx, DatabaseUrl url, int poolSize) {
    return open(vertx, url, url.connectOptions(), poolSize);
  }

  /**
   * Like {@link #connect}, for writes of which PostgreSQL may forget the last fraction of a second
   * when the machine loses power ({@code synchronous_commit=off}): log segments. A killed process,
   * ours or the server's, loses nothing that was acknowledged more than that fraction ago.
   */
  public static Database connectRelaxed(Vertx vertx, DatabaseUrl url, int poolSize) {
    PgConnectOptions options = url.connectOptions();
    options.addProperty("synchronous_commit", "off");
    return open(vertx, url, options, poolSize);
  }

  private static Database open(
      Vertx vertx, DatabaseUrl url, PgConnectOptions options, int poolSize) {
    options
        .setCachePreparedStatements(true)
        .setPreparedStatementCacheMaxSize(512)
        .setPreparedStatementCacheSqlLimit(8192);
    NetClientOptions net = new NetClientOptions().setConnectTimeout(5_000).setTcpKeepAlive(true);
    PoolOptions pooling =
        new PoolOptions()
            .setMaxSize(poolSize)
            // A connection costs the server megabytes: those of a burst go when it is over.
            .setIdleTimeout(60)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxWaitQueueSize(10_000)
            .setConnectionTimeout(10)
            .setConnectionTimeoutUnit(TimeUnit.SECONDS);
    Pool pool = PgBuilder.pool().with(pooling).with(net).connectingTo(options).using(vertx).build();
    return new Database(vertx, url, pool);
  }

  @Override
  public Future<RowSet<Row>> query(String sql, @Nullable Object... args) {
    return pool.preparedQuery(sql).execute(Arguments.tuple(args));
  }

  @Override
  public <T extends @Nullable Object> Future<T> transaction(Function<Tx, Future<T>> work) {
    return pool.withTransaction(connection -> work.apply(new Tx(connection)));
  }

  /** Runs a text of several statements without parameters (migrations, tests). */
  public Future<Void> script(String sql) {
    return pool.query(sql).execute().mapEmpty();
  }

  /** Succeeds when PostgreSQL answers. */
  public Future<Void> ping() {
    return pool.query("SELECT 1").execute().mapEmpty();
  }

  /**
   * Whether a failure says that nobody answers there yet (not started, starting, too many
   * connections, no route), so that the same may work later; false when it is refused for what it
   * is, such as a wrong password.
   */
  public static boolean isAway(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PgException refusal) {
        return AWAY.contains(String.valueOf(refusal.getSqlState()));
      }
      if (cause instanceof IOException
          || cause instanceof TimeoutException
          || NO_CONNECTION.equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  /** Where this pool leads; its {@code toString} hides the password. */
  public DatabaseUrl url() {
    return url;
  }

  /** The Vert.x instance this pool lives on. */
  public Vertx vertx() {
    return vertx;
  }

  /** Closes every connection. */
  public Future<Void> close() {
    return pool.close();
  }
}
