package dev.slipway.store;

import dev.slipway.contracts.event.Events.Event;
import dev.slipway.platform.pg.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Events: written by the tables' own triggers, read from where a reader left off. */
public final class EventStore {
  /** Told with the id of each new event. */
  public static final String CHANNEL = "events";

  private final Database database;

  public EventStore(Database database) {
    this.database = database;
  }

  public Future<List<Event>> after(long id, int limit) {
    return database.list(
        "select * from events where id > $1 order by id limit $2", EventStore::event, id, limit);
  }

  /** The newest event's id; 0 when there is none. */
  public Future<Long> newest() {
    return database
        .one("select coalesce(max(id), 0) from events")
        .map(row -> Rows.present(row).getLong(0));
  }

  private static Event event(Row row) {
    return new Event(
        row.getLong("id"),
        row.getString("type"),
        row.getString("application_id"),
        row.getString("deployment_id"),
        row.getString("status"),
        Rows.when(row, "at"));
  }
}
