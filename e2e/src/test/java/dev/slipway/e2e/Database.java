package dev.slipway.e2e;

import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.lab.Truth;
import java.util.List;

/** The platform's own database, read as whoever stole a dump of it would. */
final class Database {
  private Database() {}

  /** Searches every row of every table, bytes as digits and as text; tells how many there were. */
  static int dump(SlipwayHost host, Search search) {
    try (Truth truth = Truth.at(host.read("database.url"))) {
      int rows = 0;
      for (String table :
          truth.lines(
              "select table_name from information_schema.tables where table_schema = 'public'")) {
        for (String row : truth.lines("select t::text from " + table + " t")) {
          search.text("table " + table, row);
          rows++;
        }
      }
      for (String lines : truth.lines("select convert_from(lines, 'UTF8') from log_segments")) {
        search.text("log segment", lines);
      }
      return rows;
    }
  }

  static List<String> lines(SlipwayHost host, String sql) {
    try (Truth truth = Truth.at(host.read("database.url"))) {
      return truth.lines(sql);
    }
  }
}
