package dev.slipway.store;

import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be backed up: whether it is there, what people call it, and where it belongs. */
public final class BackupSubjects {
  /** SQL for the project of a row's subject, null for the platform; takes the row's alias. */
  static final String PROJECT =
      """
      (case %1$s.subject_kind
        when 'database' then (select project_id from databases where id = %1$s.subject_id)
        when 'volume' then (select project_id from applications where id = %1$s.subject_id) end)
      """;

  private static final String DATABASE =
      """
      select name, project_id, engine, version, null::text as node_id, stopped
        from databases where id = $1 and not deleting
      """;

  /** One that is described no more is there for as long as its data is: a rollback may want it. */
  private static final String VOLUME =
      """
      select a.name || '/' || $2::text as name, a.project_id, null::text as engine,
          null::text as version, v.node_id, false as stopped
        from applications a left join volumes v
          on v.application_id = a.id and v.name = $2 and not v.leaving
        where a.id = $1 and not a.deleting
          and (v.name is not null
            or a.config->'volumes' @> jsonb_build_array(jsonb_build_object('name', $2::text)))
      """;

  /** The platform's own state, which is always there. */
  public static final Known PLATFORM = new Known("platform", null, null, null, null, false);

  private BackupSubjects() {}

  /**
   * A subject that is there.
   *
   * @param name what people call it
   * @param projectId null for the platform
   * @param engine and {@code version} of a database; null for all else
   * @param nodeId where a volume lies; null for all else, and while it lies nowhere yet
   * @param stopped its owner wants it stopped, so nothing can be read from it
   */
  public record Known(
      String name,
      @Nullable String projectId,
      @Nullable String engine,
      @Nullable String version,
      @Nullable String nodeId,
      boolean stopped) {

    /** A database of ours, as its row tells of it. */
    public static Known of(ProjectDatabase database) {
      return new Known(
          database.name(),
          database.projectId().value(),
          database.engine().wire(),
          database.version(),
          null,
          database.stopped());
    }

    /** Whether it can be read now: a stopped database answers nobody, a volume may lie nowhere. */
    public boolean readable(BackupSubject subject) {
      return !stopped && (subject.kind() != BackupSubject.Kind.VOLUME || nodeId != null);
    }
  }

  /** Empty when it is not there, or on its way out. */
  public static Future<Optional<Known>> find(Queries queries, BackupSubject subject) {
    return switch (subject.kind()) {
      case DATABASE ->
          queries.one(DATABASE, BackupSubjects::read, subject.id()).map(Optional::ofNullable);
      case VOLUME ->
          queries
              .one(VOLUME, BackupSubjects::read, subject.id(), subject.volume())
              .map(Optional::ofNullable);
      case PLATFORM -> Future.succeededFuture(Optional.of(PLATFORM));
    };
  }

  private static Known read(Row row) {
    return new Known(
        row.getString("name"),
        row.getString("project_id"),
        row.getString("engine"),
        row.getString("version"),
        row.getString("node_id"),
        row.getBoolean("stopped"));
  }

  /** The subject of a row with the usual three columns. */
  static BackupSubject of(Row row) {
    return new BackupSubject(
        BackupSubject.Kind.valueOf(
            row.getString("subject_kind").toUpperCase(java.util.Locale.ROOT)),
        row.getString("subject_id"),
        row.getString("subject_volume"));
  }

  /** As alarms name it: {@code database:db_…}, {@code volume:app_…/data}, {@code platform}. */
  public static String written(BackupSubject subject) {
    return subject.kind().wire()
        + (subject.id() == null ? "" : ":" + subject.id())
        + (subject.volume() == null ? "" : "/" + subject.volume());
  }
}
