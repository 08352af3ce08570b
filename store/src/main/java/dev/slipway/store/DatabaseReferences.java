package dev.slipway.store;

import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whose variables refer to a database: {@code ${{db.NAME.…}}}. */
public final class DatabaseReferences {
  private final Queries database;
  private final Vault vault;

  public DatabaseReferences(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * Who does in its newest variables, by name: applications as they are called, the project as
   * {@code project NAME}. Values are opened for it one application at a time, and none is kept.
   */
  public Future<List<String>> to(ProjectId project, String name) {
    Pattern reference =
        Pattern.compile("\\$\\{\\{\\s*db\\." + Pattern.quote(name) + "\\.[A-Za-z]+\\s*}}");
    return database
        .list(
            """
            select a.name as who, e.items::text as items from applications a
              join environments e
                on e.application_id = a.id and e.version = a.environment_version
              where a.project_id = $1 and not a.deleting
            union all
            select 'project ' || p.name, e.items::text from projects p
              join project_environments e
                on e.project_id = p.id and e.version = p.environment_version
              where p.id = $1
            order by 1
            """,
            row -> referring(row, reference),
            project.value())
        .map(found -> found.stream().flatMap(Optional::stream).toList());
  }

  private Optional<String> referring(Row row, Pattern reference) {
    List<EnvironmentVariable> items = VersionedVariables.opened(vault, row.getString("items"));
    return items.stream().anyMatch(item -> reference.matcher(item.value()).find())
        ? Optional.of(row.getString("who"))
        : Optional.empty();
  }
}
