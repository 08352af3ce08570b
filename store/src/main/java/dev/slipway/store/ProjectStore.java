package dev.slipway.store;

import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Projects: applications that belong together. */
public final class ProjectStore {
  /** Where applications go that name no project. */
  public static final String DEFAULT = "default";

  private final Queries database;

  public ProjectStore(Queries database) {
    this.database = database;
  }

  public Future<Project> create(String name) {
    return database
        .one(
            """
            insert into projects(id, name) values ($1, $2) on conflict (name) do nothing returning *
            """,
            ProjectId.fresh().value(),
            name)
        .map(row -> {
          if (row == null) {
            throw taken(name);
          }
          return project(row);
        });
  }

  /** The project that applications belong to when none is named; made when it is missing. */
  public Future<Project> standard() {
    return named(DEFAULT)
        .compose(known ->
            known != null
                ? Future.succeededFuture(known)
                : database
                    .query(
                        "insert into projects(id, name) values ($1, $2) on conflict (name) do nothing",
                        ProjectId.fresh().value(),
                        DEFAULT)
                    .compose(done -> named(DEFAULT))
                    .map(made -> Objects.requireNonNull(made, "just made")));
  }

  private Future<@Nullable Project> named(String name) {
    return database.one("select * from projects where name = $1", ProjectStore::project, name);
  }

  public Future<Project> get(ProjectId id) {
    return database
        .one("select * from projects where id = $1", id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("project", id.value());
          }
          return project(row);
        });
  }

  public Future<List<Project>> list(int limit, String after) {
    return list(limit, after, Visible.EVERYTHING);
  }

  /** Those that may be seen. */
  public Future<List<Project>> list(int limit, String after, Visible visible) {
    return database.list(
        "select * from projects where id > $1"
            + visible.condition("projects.id", 3)
            + " order by id limit $2",
        ProjectStore::project,
        visible.with(after, limit));
  }

  /**
   * Renames a project.
   *
   * @param expected when it was last changed as far as the caller knows; null: whenever
   */
  public Future<Project> rename(ProjectId id, String name, @Nullable Instant expected) {
    return database
        .one(
            """
            update projects set name = $2, updated_at = now()
              where id = $1 and ($3::timestamptz is null or updated_at = $3)
                and not exists (select 1 from projects where name = $2 and id <> $1) returning *
            """,
            id.value(),
            name,
            expected)
        .compose(row ->
            row == null
                ? get(id).compose(found -> Future.failedFuture(notRenamed(found, name, expected)))
                : Future.succeededFuture(project(row)));
  }

  private static Problem notRenamed(Project found, String name, @Nullable Instant expected) {
    if (expected != null && !expected.equals(found.updatedAt())) {
      return new Problem(
          412,
          "changed_meanwhile",
          "Changed meanwhile",
          "The project was changed at " + found.updatedAt() + ".",
          "Read it again, redo the change, and send its ETag in If-Match.",
          List.of(),
          null);
    }
    return taken(name);
  }

  private static Problem taken(String name) {
    return Problem.conflict(
        "name_taken",
        "A project named '" + name + "' exists already.",
        "Choose another name, or use the project that exists.");
  }

  /** Removes a project without applications and databases. */
  public Future<Void> remove(ProjectId id) {
    return database
        .one(
            """
            delete from projects p where id = $1
              and not exists (select 1 from applications where project_id = p.id)
              and not exists (select 1 from databases where project_id = p.id) returning id
            """,
            id.value())
        .compose(row -> row != null ? Future.succeededFuture() : get(id).compose(this::refuse));
  }

  private Future<Void> refuse(Project project) {
    return Future.failedFuture(
        Problem.conflict(
            "project_not_empty",
            "Project '" + project.name() + "' still has applications or databases.",
            "Delete its applications and databases first."));
  }

  private static Project project(Row row) {
    return new Project(
        new ProjectId(row.getString("id")),
        row.getString("name"),
        Rows.when(row, "created_at"),
        Rows.when(row, "updated_at"));
  }
}
