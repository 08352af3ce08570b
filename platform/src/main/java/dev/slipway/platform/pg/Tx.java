package dev.slipway.platform.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open transaction. It ends with the future of the work it was opened for, and must not be used
 * after that.
 */
public final class Tx implements Queries {
  private final SqlConnection connection;

  Tx(SqlConnection connection) {
    this.connection = connection;
  }

  @Override
  public Future<RowSet<Row>> query(String sql, @Nullable Object... args) {
    return connection.preparedQuery(sql).execute(Arguments.tuple(args));
  }

  @Override
  public <T extends @Nullable Object> Future<T> transaction(Function<Tx, Future<T>> work) {
    return work.apply(this);
  }
}
