package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.event.Events.Event;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events: written by the tables' own triggers, read from where a reader left off. */
public final class EventStore {
  /** Told with the id of each new event. */
  public static final String CHANNEL = "events";

  private final Queries database;

  public EventStore(Queries database) {
    this.database = database;
  }

  public Future<List<Event>> after(long id, int limit) {
    return database.list(
        "select * from events where id > $1 order by id limit $2", EventStore::event, id, limit);
  }

  /** The events after an id that may be seen: those of applications, while these are there. */
  public Future<List<Event>> after(
      long id, @Nullable ApplicationId application, int limit, Visible visible) {
    return database.list(
        "select * from events where id > $1 and ($2::text is null or application_id = $2)"
            + visible.condition(
                "(select project_id from applications where id = events.application_id)", 4)
            + " order by id limit $3",
        EventStore::event,
        visible.with(id, application == null ? null : application.value(), limit));
  }

  /** The events of one application after an id. */
  public Future<List<Event>> after(long id, ApplicationId application, int limit) {
    return database.list(
        "select * from events where id > $1 and application_id = $2 order by id limit $3",
        EventStore::event,
        id,
        application.value(),
        limit);
  }

  /** These events, in order: what the bells named. */
  public Future<List<Event>> byIds(Collection<Long> ids) {
    return database.list(
        "select * from events where id = any($1) order by id",
        EventStore::event,
        (Object) ids.toArray(Long[]::new));
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
