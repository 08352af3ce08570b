package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Variables of projects, every version of them. Their applications inherit them: each of its
 * deployments stands on the newest version, and keeps it for ever.
 */
public final class ProjectEnvironmentStore {
  private final Queries database;
  private final VersionedVariables own;

  public ProjectEnvironmentStore(Queries database, Vault vault) {
    this.database = database;
    this.own = new VersionedVariables(database, vault, VersionedVariables.Owner.PROJECT);
  }

  /** The newest version. */
  public Future<Environment> current(ProjectId id) {
    return own.current(id.value());
  }

  /** A version by its number; 0 is empty. */
  public Future<Environment> version(ProjectId id, int version) {
    return own.version(id.value(), version);
  }

  /** The versions below a number, newest first, keys only. */
  public Future<List<EnvironmentStore.Version>> versions(ProjectId id, int below, int limit) {
    return own.versions(id.value(), below, limit);
  }

  /**
   * Makes a new version of the newest one.
   *
   * @param expected null: whatever the newest is; another version than the newest is a 412
   * @return the new version, or the newest unchanged when the edit changes nothing
   */
  public Future<Environment> edit(
      ProjectId id,
      String actor,
      @Nullable Long expected,
      UnaryOperator<List<EnvironmentVariable>> edit) {
    return own.edit(id.value(), actor, expected, edit);
  }

  /** The applications of a project that serve and are not stopped: those a change concerns. */
  public Future<List<ApplicationId>> serving(ProjectId id) {
    return database.list(
        """
        select id from applications where project_id = $1 and not deleting and not stopped
          and current_release_id is not null order by id
        """,
        row -> new ApplicationId(row.getString("id")),
        id.value());
  }
}
