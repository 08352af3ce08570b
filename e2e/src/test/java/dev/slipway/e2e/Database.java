package dev.slipway.e2e;

import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.lab.Truth;
import java.util.List;

/** The platform's own database, read as whoever stole a dump of it would. */
final class Database {
  private Database() {}

  /** Searches every row of every table, bytes as digits and as text; tells how many there were. */
  static long dump(SlipwayHost host, Search search) {
    try (Truth truth = Truth.at(host.read("database.url"))) {
      long rows = 0;
      for (String table :
          truth.lines(
              "select table_name from information_schema.tables where table_schema = 'public'")) {
        String where = "table " + table;
        rows += truth.each("select t::text from " + table + " t", row -> search.text(where, row));
      }
      truth.each(
          "select convert_from(lines, 'UTF8') from log_segments",
          lines -> search.text("log segment", lines));
      return rows;
    }
  }

  static List<String> lines(SlipwayHost host, String sql) {
    try (Truth truth = Truth.at(host.read("database.url"))) {
      return truth.lines(sql);
    }
  }
}
