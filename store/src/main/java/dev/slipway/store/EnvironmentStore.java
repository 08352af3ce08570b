package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.Environment;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Environments of applications, every version of them. A version also says which version of the
 * project's variables it stands on; what a release runs with is {@link #effective}.
 */
public final class EnvironmentStore {
  private final Queries database;
  private final Vault vault;
  private final VersionedVariables own;
  private final References references;

  public EnvironmentStore(Queries database, Vault vault) {
    this.database = database;
    this.vault = vault;
    this.own = new VersionedVariables(database, vault, VersionedVariables.Owner.APPLICATION);
    this.references = new References(database, vault);
  }

  /** A version as its history tells it. */
  public record Version(int version, String actor, Instant createdAt, List<String> keys) {}

  /**
   * What a release runs with: its own variables over those of its project, references resolved.
   *
   * @param environment with every reference left as it is that leads nowhere
   * @param unresolved the first reference that leads nowhere; null when all lead somewhere
   */
  public record Effective(Environment environment, @Nullable Problem unresolved) {

    /**
     * For whatever is started with it.
     *
     * @throws Problem {@code reference_unknown}
     */
    public Environment required() {
      if (unresolved != null) {
        throw unresolved;
      }
      return environment;
    }
  }

  /** The newest version, without what is inherited. */
  public Future<Environment> current(ApplicationId id) {
    return own.current(id.value());
  }

  /** A version by its number, without what is inherited; 0 is empty. */
  public Future<Environment> version(ApplicationId id, int version) {
    return own.version(id.value(), version);
  }

  /** The versions below a number, newest first, keys only. */
  public Future<List<Version>> versions(ApplicationId id, int below, int limit) {
    return own.versions(id.value(), below, limit);
  }

  /**
   * Makes a new version of the newest one. Two editors at once both count: the row of the
   * application is held meanwhile.
   *
   * @return the new version, or the newest unchanged when the edit changes nothing
   */
  public Future<Environment> edit(
      ApplicationId id, String actor, UnaryOperator<List<EnvironmentVariable>> edit) {
    return edit(id, actor, null, edit);
  }

  /**
   * As above, if the newest version still is the one that the caller knows.
   *
   * @param expected null: whatever the newest is; another version than the newest is a 412
   */
  public Future<Environment> edit(
      ApplicationId id,
      String actor,
      @Nullable Long expected,
      UnaryOperator<List<EnvironmentVariable>> edit) {
    return own.edit(id.value(), actor, expected, edit);
  }

  /** What a release of this version runs with; 0 is empty. */
  public Future<Effective> effective(ApplicationId id, int version) {
    return version == 0
        ? Future.succeededFuture(new Effective(Environment.EMPTY, null))
        : row(id, version).compose(row -> resolved(row, version));
  }

  /** A version with what it inherits, references as they are written; 0 is empty. */
  public Future<Environment> inheriting(ApplicationId id, int version) {
    return version == 0
        ? Future.succeededFuture(Environment.EMPTY)
        : row(id, version).map(row -> new Environment(version, merged(row)));
  }

  /**
   * The names of the applications whose newest variables refer to a database of their project. What
   * runs keeps what it was started with: a database whose address or password changes is told to
   * them by a deployment.
   */
  public Future<List<String>> referringTo(String projectId, String databaseName) {
    return database
        .list(
            """
            select a.name, e.items::text as items, p.items::text as inherited
              from applications a
              join environments e
                on e.application_id = a.id and e.version = a.environment_version
              left join project_environments p
                on p.project_id = a.project_id and p.version = e.project_version
              where a.project_id = $1 and not a.deleting order by a.name
            """,
            row -> row,
            projectId)
        .map(rows ->
            rows.stream()
                .filter(row ->
                    merged(row).stream()
                        .anyMatch(item ->
                            References.refers(item.value(), DatabaseReferences.WORD, databaseName)))
                .map(row -> row.getString("name"))
                .toList());
  }

  private Future<Row> row(ApplicationId id, int version) {
    return database
        .one(
            """
            select e.items::text as items, p.items::text as inherited, a.project_id
              from applications a
              join environments e on e.application_id = a.id and e.version = $2
              left join project_environments p
                on p.project_id = a.project_id and p.version = e.project_version
              where a.id = $1
            """,
            id.value(),
            version)
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("version " + version + " of the variables of", id.value());
          }
          return row;
        });
  }

  /** The values that must never show up where a release of this version is told of. */
  public Future<List<String>> secretValues(ApplicationId id, int version) {
    return effective(id, version).map(effective -> effective.environment().secretValues());
  }

  private Future<Effective> resolved(Row row, int version) {
    return references.resolved(row.getString("project_id"), version, merged(row), inherited(row));
  }

  private List<EnvironmentVariable> inherited(Row row) {
    return VersionedVariables.opened(vault, row.getString("inherited"));
  }

  /** Of two variables of one name the application's own counts. */
  private List<EnvironmentVariable> merged(Row row) {
    Map<String, EnvironmentVariable> all = new LinkedHashMap<>();
    inherited(row).forEach(item -> all.put(item.key(), item));
    VersionedVariables.opened(vault, row.getString("items"))
        .forEach(item -> all.put(item.key(), item));
    return List.copyOf(all.values());
  }

  /**
   * Makes the newest version stand on the newest variables of the project; changes nothing when it
   * does. To run while the application's row is held.
   */
  static Future<Void> caughtUp(Queries tx, ApplicationId id) {
    return tx.query(
            """
            with behind as (
              select a.id, a.environment_version as version, e.items, e.actor,
                  e.project_version as stands_on, p.environment_version as project_version
                from applications a join projects p on p.id = a.project_id
                left join environments e
                  on e.application_id = a.id and e.version = a.environment_version
                where a.id = $1),
            copied as (
              insert into environments(application_id, version, items, actor, project_version)
                select id, version + 1, coalesce(items, '[]'), coalesce(actor, 'project'),
                    project_version
                  from behind where project_version <> coalesce(stands_on, 0)
                returning version)
            update applications set environment_version = copied.version
              from copied where id = $1
            """,
            id.value())
        .mapEmpty();
  }
}
