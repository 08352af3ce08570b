package dev.slipway.store;

import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.Map;

/** Who did what to which thing. Values of secrets never come here. */
public final class AuditStore {
  private final Queries database;

  public AuditStore(Queries database) {
    this.database = database;
  }

  public Future<Void> record(
      String actor, String action, String subject, Map<String, String> details) {
    return database
        .query(
            """
            insert into audit(actor, action, subject, details)
              values ($1, $2, $3, cast($4::text as jsonb))
            """,
            actor,
            action,
            subject,
            Json.text(details))
        .mapEmpty();
  }
}
