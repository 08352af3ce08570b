package dev.slipway.store;

import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Organizations, and where in them something is. */
public final class OrganizationStore {
  /** The one organization that every installation has. */
  public static final String DEFAULT = "org_default";

  /** What belongs to no project, or to one that is gone, belongs to the organization. */
  private static final String PLACED =
      """
      select coalesce(p.organization_id, '\
      """
          + DEFAULT
          + """
          '), p.id from (select %s as project_id from %s where b.id = $1) of
            left join projects p on p.id = of.project_id
          """;

  private final Queries database;

  public OrganizationStore(Queries database) {
    this.database = database;
  }

  /**
   * Where something is, which decides who may touch it.
   *
   * @param projectId null: it belongs to no project but to the whole organization
   */
  public record Place(String organizationId, @Nullable String projectId) {
    /** What concerns everybody: the installation itself belongs to the default organization. */
    public static final Place ORGANIZATION = new Place(DEFAULT, null);
  }

  /** Empty: there is no such project. */
  public Future<Optional<Place>> ofProject(String id) {
    return place("select organization_id, id from projects where id = $1", id);
  }

  /** Where applications go that name no project. */
  public Future<Place> ofDefaultProject() {
    return place("select organization_id, id from projects where name = $1", ProjectStore.DEFAULT)
        .map(found -> found.orElse(Place.ORGANIZATION));
  }

  /** Empty: there is no such application. */
  public Future<Optional<Place>> ofApplication(String id) {
    return place(
        """
        select p.organization_id, p.id from applications a join projects p on p.id = a.project_id
          where a.id = $1
        """,
        id);
  }

  /** Empty: there is no such deployment. */
  public Future<Optional<Place>> ofDeployment(String id) {
    return place(
        """
        select p.organization_id, p.id from deployments d
          join applications a on a.id = d.application_id join projects p on p.id = a.project_id
          where d.id = $1
        """,
        id);
  }

  /** Empty: there is no such database. */
  public Future<Optional<Place>> ofDatabase(String id) {
    return place(
        """
        select p.organization_id, p.id from databases d join projects p on p.id = d.project_id
          where d.id = $1
        """,
        id);
  }

  /** Empty: there is no such backup. */
  public Future<Optional<Place>> ofBackup(String id) {
    return place(PLACED.formatted("b.project_id", "backups b"), id);
  }

  /** Empty: there is no such schedule. */
  public Future<Optional<Place>> ofSchedule(String id) {
    return place(PLACED.formatted(BackupSubjects.PROJECT.formatted("b"), "backup_schedules b"), id);
  }

  /** Where its target is, or was when the backup was taken; empty: there is no such restore. */
  public Future<Optional<Place>> ofRestore(String id) {
    return place(
        PLACED.formatted(
            """
            coalesce((select project_id from databases where id = b.target_id),
              (select project_id from applications where id = b.target_id),
              (select project_id from backups where id = b.backup_id))
            """,
            "restores b"),
        id);
  }

  private Future<Optional<Place>> place(String sql, String id) {
    return database.one(sql, OrganizationStore::read, id).map(Optional::ofNullable);
  }

  private static Place read(Row row) {
    return new Place(row.getString(0), row.getString(1));
  }
}
