package dev.slipway.store;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.ApplicationStatus;
import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Applications and the host names they claim. */
public final class ApplicationStore {
  private static final String SELECT =
      """
      select a.*, a.config::text as config_text, p.name as project_name
        from applications a join projects p on p.id = a.project_id
      """;

  private static final ConfigReader CONFIGS = new ConfigReader();

  private final Queries database;

  public ApplicationStore(Queries database) {
    this.database = database;
  }

  /** Adds an application; a taken name or domain is a conflict that names it. */
  public Future<Application> create(String name, ProjectId project, ApplicationConfig config) {
    ApplicationId id = ApplicationId.fresh();
    return database.transaction(tx ->
        Names.free(tx, name)
            .compose(free ->
                tx.query(
                    """
                    insert into applications(id, name, project_id, config)
                      values ($1, $2, $3, cast($4::text as jsonb))
                    """,
                    id.value(),
                    name,
                    project.value(),
                    Json.text(config)))
            .compose(made -> claimDomains(tx, id, config.domains()))
            .compose(claimed -> get(tx, id)));
  }

  public Future<Application> get(ApplicationId id) {
    return get(database, id);
  }

  /** Like {@link #get}, and nobody else changes it before this transaction ends. */
  public Future<Application> held(ApplicationId id) {
    return database
        .one("select 1 from applications where id = $1 for update", id.value())
        .compose(held -> get(id));
  }

  private static Future<Application> get(Queries queries, ApplicationId id) {
    return queries
        .one(SELECT + " where a.id = $1 and not a.deleting", id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("application", id.value());
          }
          return application(row);
        });
  }

  /** Newest last; {@code after} is the last id of the page before, empty for the first. */
  public Future<List<Application>> list(
      @Nullable ProjectId project, @Nullable String nameContains, int limit, String after) {
    return list(project, nameContains, limit, after, Visible.EVERYTHING);
  }

  /** Those that may be seen. */
  public Future<List<Application>> list(
      @Nullable ProjectId project,
      @Nullable String nameContains,
      int limit,
      String after,
      Visible visible) {
    return database.list(
        SELECT
            + """
             where not a.deleting and a.id > $1
               and ($2::text is null or a.project_id = $2)
               and ($3::text is null or strpos(a.name, $3) > 0)
            """
            + visible.condition("a.project_id", 5)
            + " order by a.id limit $4",
        ApplicationStore::application,
        visible.with(after, project == null ? null : project.value(), nameContains, limit));
  }

  /** Every application that is wanted, for the reconcile loop. */
  public Future<List<Application>> all() {
    return database.list(
        SELECT + " where not a.deleting order by a.id", ApplicationStore::application);
  }

  /** Replaces the configuration if the application still has that version; null: whatever. */
  public Future<Application> update(
      ApplicationId id, ApplicationConfig config, @Nullable Long expectedVersion) {
    return database.transaction(tx ->
        tx.one(
                """
                update applications set config = cast($2::text as jsonb),
                    version = version + 1, updated_at = now()
                  where id = $1 and not deleting and ($3::bigint is null or version = $3)
                  returning id
                """,
                id.value(),
                Json.text(config),
                expectedVersion)
            .compose(row ->
                row == null
                    ? get(tx, id).compose(found -> Future.failedFuture(changed(found)))
                    : tx.query("delete from domains where application_id = $1", id.value()))
            .compose(freed -> claimDomains(tx, id, config.domains()))
            .compose(claimed -> get(tx, id)));
  }

  public Future<Void> setStatus(ApplicationId id, ApplicationStatus status) {
    return database
        .query(
            "update applications set status = $2 where id = $1 and status <> $2",
            id.value(),
            status.wire())
        .mapEmpty();
  }

  /**
   * Records what its owner wants: stopped, or running.
   *
   * @throws Problem {@code volume_being_restored} or {@code volume_spoilt} when it is to run on a
   *     volume that is being replaced, or that a restore emptied and did not fill
   */
  public Future<Application> setStopped(ApplicationId id, boolean stopped) {
    Future<Void> may =
        stopped
            ? Future.succeededFuture()
            : database
                .query("select 1 from applications where id = $1 for no key update", id.value())
                .compose(held -> VolumeRestores.mustBeWhole(database, id));
    return may.compose(allowed -> written(id, stopped));
  }

  private Future<Application> written(ApplicationId id, boolean stopped) {
    return database
        .query(
            """
            update applications set stopped = $2, version = version + 1, updated_at = now()
              where id = $1 and not deleting and stopped <> $2
            """,
            id.value(),
            stopped)
        .compose(done -> get(id));
  }

  public Future<Void> setPublishedAddress(ApplicationId id, @Nullable String address) {
    return database
        .query(
            """
            update applications set published_address = $2
              where id = $1 and published_address is distinct from $2
            """,
            id.value(),
            address)
        .mapEmpty();
  }

  /** Hides the application and lets the runtime take its pieces away before its row goes. */
  public Future<Void> markDeleting(ApplicationId id) {
    return database
        .one(
            """
            update applications set deleting = true, name = name || '~' || id, updated_at = now()
              where id = $1 and not deleting returning id
            """,
            id.value())
        .compose(row ->
            row == null
                ? Future.failedFuture(Problem.notFound("application", id.value()))
                : database.query("delete from domains where application_id = $1", id.value()))
        .compose(done -> database.query("delete from routes where application_id = $1", id.value()))
        .mapEmpty();
  }

  /** Applications that wait for the runtime to take their pieces away. */
  public Future<List<ApplicationId>> deleting() {
    return database.list(
        "select id from applications where deleting", row -> new ApplicationId(row.getString(0)));
  }

  /**
   * Forgets an application whose pieces are gone. Of its log a row stays for a day that says so, to
   * those who still read it and to those who still write it; it is written first, because it waits
   * for who is just writing.
   */
  public Future<Void> remove(ApplicationId id) {
    return database.transaction(tx ->
        tx.query(
                """
                insert into log_streams(stream, ended, status) values ('a:' || $1::text, true, 'deleted')
                  on conflict (stream) do update
                    set ended = true, status = 'deleted', writers = '{}', updated_at = now()
                """,
                id.value())
            .compose(done ->
                tx.query(
                    """
                    delete from log_segments where stream in (select 'a:' || $1
                      union all select 'd:' || id from deployments where application_id = $1)
                    """,
                    id.value()))
            .compose(done ->
                tx.query(
                    """
                    delete from log_streams
                      where stream in
                          (select 'd:' || id from deployments where application_id = $1)
                        or (status = 'deleted' and updated_at < now() - interval '1 day')
                    """,
                    id.value()))
            .compose(
                done -> tx.query("delete from applications where id = $1 and deleting", id.value()))
            .mapEmpty());
  }

  private static Future<Void> claimDomains(Queries tx, ApplicationId id, List<String> domains) {
    Future<Void> claimed = Future.succeededFuture();
    for (String domain : domains) {
      String host = domain.toLowerCase(Locale.ROOT);
      claimed =
          claimed.compose(before ->
              tx.one(
                      """
                      insert into domains(host, application_id) values ($1, $2)
                        on conflict (host) do nothing returning host
                      """,
                      host,
                      id.value())
                  .compose(row ->
                      row == null
                          ? Future.<Void>failedFuture(domainTaken(host))
                          : Future.<Void>succeededFuture()));
    }
    return claimed;
  }

  private static Problem domainTaken(String host) {
    return Problem.conflict(
        "domain_taken",
        "The domain '" + host + "' is claimed by another application.",
        "Remove it there first, or choose another domain.");
  }

  private static Problem changed(Application found) {
    return new Problem(
        412,
        "changed_meanwhile",
        "Changed meanwhile",
        "The application has version " + found.version() + " now.",
        "Read it again, redo the change, and send its ETag in If-Match.",
        List.of(),
        null);
  }

  static Application application(Row row) {
    String release = row.getString("current_release_id");
    return new Application(
        new ApplicationId(row.getString("id")),
        row.getString("name"),
        new ProjectId(row.getString("project_id")),
        row.getString("project_name"),
        CONFIGS.read(row.getString("config_text")),
        ApplicationStatus.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
        row.getBoolean("stopped"),
        release == null ? null : new ReleaseId(release),
        row.getString("published_address"),
        row.getLong("version"),
        Rows.when(row, "created_at"),
        Rows.when(row, "updated_at"));
  }
}
