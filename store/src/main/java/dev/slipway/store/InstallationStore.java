package dev.slipway.store;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;

/** Which installation this database belongs to. */
public final class InstallationStore {
  private final Queries database;

  public InstallationStore(Queries database) {
    this.database = database;
  }

  /** The installation's id; the candidate becomes it when the database is new. */
  public Future<String> idOr(String candidate) {
    return database
        .query(
            """
            insert into installation(id) select $1 where not exists (select 1 from installation)
            """,
            candidate)
        .compose(done -> database.one("select id from installation"))
        .map(row -> Rows.present(row).getString("id"));
  }

  /** The installation's id; empty while it has none. */
  public Future<String> id() {
    return database
        .one("select id from installation")
        .map(row -> row == null ? "" : row.getString("id"));
  }
}
