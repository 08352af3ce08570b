package dev.slipway.store;

import dev.slipway.contracts.people.Membership;
import dev.slipway.contracts.people.User;
import dev.slipway.platform.bus.Json;
import io.vertx.sqlclient.Row;
import java.util.List;

/** Reads people, of which a statement calls the row {@code u}. */
final class PeopleRows {
  static final String MEMBERSHIPS =
      """
      (select coalesce(json_agg(json_build_object('organizationId', m.organization_id,
           'projectId', m.project_id, 'role', m.role) order by m.created_at, m.project_id), '[]')::text
         from memberships m where m.user_id = u.id) as memberships
      """;
  static final String SELECT = "select u.*, " + MEMBERSHIPS + " from users u";

  private PeopleRows() {}

  static User user(Row row) {
    return new User(
        row.getString("id"),
        row.getString("email"),
        row.getString("name"),
        row.getOffsetDateTime("totp_confirmed_at") != null,
        memberships(row),
        Rows.when(row, "created_at"));
  }

  static List<Membership> memberships(Row row) {
    return List.of(Json.read(row.getString("memberships"), Membership[].class));
  }
}
