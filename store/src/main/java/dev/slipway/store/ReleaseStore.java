package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Releases: immutable but for the state that says what is left of them. */
public final class ReleaseStore {
  /** How many releases that once served are kept, images pinned. */
  public static final int KEPT = 10;

  static final String SELECT =
      """
      select r.*, r.spec::text as spec_text, a.name as application_name
        from releases r join applications a on a.id = r.application_id
      """;

  private final Queries database;

  public ReleaseStore(Queries database) {
    this.database = database;
  }

  public Future<Release> get(ReleaseId id) {
    return database
        .one(SELECT + " where r.id = $1", id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("release", id.value());
          }
          return release(row);
        });
  }

  /** The releases of an application, newest first. */
  public Future<List<Release>> list(ApplicationId application, int limit) {
    return database.list(
        SELECT + " where r.application_id = $1 order by r.number desc limit $2",
        ReleaseStore::release,
        application.value(),
        limit);
  }

  /** The releases of an application below a number, newest first. */
  public Future<List<Release>> list(ApplicationId application, int below, int limit) {
    return database.list(
        SELECT + " where r.application_id = $1 and r.number < $2 order by r.number desc limit $3",
        ReleaseStore::release,
        application.value(),
        below,
        limit);
  }

  /** The kept release that served last before this one. */
  public Future<Optional<Release>> before(Release serving) {
    return database
        .one(
            SELECT
                + """
                 where r.application_id = $1 and r.id <> $2 and r.state in ('warm', 'cold')
                 order by r.served_at desc limit 1
                """,
            serving.applicationId().value(),
            serving.id().value())
        .map(row -> Optional.ofNullable(row).map(ReleaseStore::release));
  }

  /** Every release that may have pieces on the engine, for the reconcile loop. */
  public Future<List<Release>> present() {
    return database.list(
        SELECT + " where r.state <> 'removed' order by r.application_id, r.number",
        ReleaseStore::release);
  }

  /**
   * Makes a release the serving one and the one before it warm. To run in the transaction that
   * changes the routes, so that no reader ever sees one without the other.
   */
  public static Future<Void> serve(Queries tx, ApplicationId application, ReleaseId release) {
    return tx.query(
            """
            update releases set state = 'warm', replaced_at = now()
              where application_id = $1 and state = 'serving' and id <> $2
            """,
            application.value(),
            release.value())
        .compose(done ->
            tx.query(
                """
                update releases set state = 'serving', served_at = now(), replaced_at = null
                  where id = $1
                """,
                release.value()))
        .compose(done ->
            tx.query(
                """
                update applications set current_release_id = $2, status = 'running'
                  where id = $1
                """,
                application.value(),
                release.value()))
        .mapEmpty();
  }

  /** Warm releases whose bake time is over, or that a newer warm one has displaced. */
  public Future<List<Release>> cooled() {
    return database.list(
        SELECT
            + """
             where r.state = 'warm' and (
               r.replaced_at < now()
                 - make_interval(secs => (a.config->>'keepWarmSeconds')::int)
               or exists (select 1 from releases newer
                   where newer.application_id = r.application_id and newer.state = 'warm'
                     and newer.replaced_at > r.replaced_at))
            """,
        ReleaseStore::release);
  }

  /** Releases that fell out of the last ten that served. */
  public Future<List<Release>> surplus() {
    return database.list(
        """
        select * from (
        """
            + SELECT.replace(
                "a.name as application_name",
                """
                a.name as application_name, rank() over (
                  partition by r.application_id order by r.served_at desc) as place
                """)
            + """
               where r.state in ('serving', 'warm', 'cold') and r.served_at is not null) kept
             where place > $1 and state = 'cold'
            """,
        ReleaseStore::release,
        KEPT);
  }

  /** Moves a release on, if it still is where the caller saw it: false when it is not. */
  public Future<Boolean> move(ReleaseId id, ReleaseState from, ReleaseState to) {
    return database
        .one(
            "update releases set state = $3 where id = $1 and state = $2 returning id",
            id.value(),
            from.wire(),
            to.wire())
        .map(row -> row != null);
  }

  /**
   * Takes a surplus release out of the kept ones. It meets whoever asks for a deployment at the
   * application's row: either the deployment is there first and the release stays, or the release
   * is gone first and the deployment is refused.
   *
   * @return false when it stays
   */
  public Future<Boolean> retire(Release release) {
    return database.transaction(tx ->
        tx.query(
                "select 1 from applications where id = $1 for no key update",
                release.applicationId().value())
            .compose(held ->
                tx.update(
                    """
                    update releases r set state = 'removed' where id = $1 and state = 'cold'
                      and not exists (select 1 from deployments d
                        where d.application_id = r.application_id
                          and d.status in ('pending', 'building', 'deploying'))
                      and (select count(*) from releases newer
                        where newer.application_id = r.application_id
                          and newer.state in ('serving', 'warm', 'cold')
                          and newer.served_at > r.served_at) >= $2
                    """,
                    release.id().value(),
                    KEPT))
            .map(rows -> rows == 1));
  }

  static Release release(Row row) {
    return new Release(
        new ReleaseId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        row.getString("application_name"),
        row.getInteger("number"),
        new DeploymentId(row.getString("deployment_id")),
        Rows.json(row, "spec_text", ReleaseSpec.class),
        ReleaseState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Rows.when(row, "created_at"),
        Rows.at(row, "served_at"));
  }
}
