package dev.slipway.store;

import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.pg.Tx;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs each statement of a store under {@code explain analyze} first and keeps what it read. */
final class Explaining implements Queries {
  private final Database database;
  final List<Plan> plans = new ArrayList<>();

  /**
   * What a statement did.
   *
   * @param rowsRead rows that came out of tables and indexes, those that a filter dropped included
   * @param scanned tables that were read from end to end
   */
  record Plan(String sql, long rowsRead, Set<String> scanned) {}

  Explaining(Database database) {
    this.database = database;
  }

  @Override
  public Future<RowSet<Row>> query(String sql, @Nullable Object... args) {
    return database
        .query("explain (analyze, timing off, format json) " + sql, args)
        .compose(plan -> {
          plans.add(read(sql, plan.iterator().next().getJsonArray(0)));
          return database.query(sql, args);
        });
  }

  @Override
  public <T extends @Nullable Object> Future<T> transaction(Function<Tx, Future<T>> work) {
    return database.transaction(work);
  }

  private static Plan read(String sql, JsonArray plan) {
    var scanned = new TreeSet<String>();
    return new Plan(sql, rows(plan.getJsonObject(0).getJsonObject("Plan"), scanned), scanned);
  }

  private static long rows(JsonObject node, Set<String> scanned) {
    long rows = 0;
    String table = node.getString("Relation Name");
    long loops = node.getLong("Actual Loops");
    if (table != null && loops > 0) {
      long each =
          node.getLong("Actual Rows")
              + node.getLong("Rows Removed by Filter", 0L)
              + node.getLong("Rows Removed by Index Recheck", 0L);
      rows += each * loops;
      if (node.getString("Node Type").equals("Seq Scan")) {
        scanned.add(table);
      }
    }
    for (Object child : node.getJsonArray("Plans", new JsonArray())) {
      rows += rows((JsonObject) child, scanned);
    }
    return rows;
  }
}
