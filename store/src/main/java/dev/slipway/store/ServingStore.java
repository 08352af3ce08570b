package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.RouteState;
import dev.slipway.contracts.route.Target;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who serves: the writes over release, route and application that are only true together, and what
 * the reconcile loop compares with the engine.
 */
public final class ServingStore {
  private final Queries database;

  public ServingStore(Queries database) {
    this.database = database;
  }

  /**
   * A deployment begins to work on a release. One statement, fenced: the deployment's status, and
   * the bake time of a warm release begun anew, so that the reconcile loop does not cool it in our
   * hands.
   */
  public Future<Void> begin(Fence fence, DeploymentId deployment, ReleaseId release) {
    return database
        .one(
            """
            with begun as (
              update deployments set status = 'deploying', started_at = coalesce(started_at, now())
                where id = $1 and status in ('pending', 'building', 'deploying')
                  and %s returning id),
            kept as (
              update releases set replaced_at = now()
                where id = $2 and state = 'warm' and exists (select 1 from begun) returning id)
            select (select count(*) from begun)::int as begun, (select count(*) from kept) as kept
            """
                .formatted(Fence.CONDITION.formatted("$3", "$4")),
            deployment.value(),
            release.value(),
            fence.sagaId(),
            fence.number())
        .compose(row -> fence.mustHaveWritten(Rows.present(row).getInteger("begun")));
  }

  /**
   * Makes a release the serving one: release states, current release and routes in the caller's
   * transaction. Hosts that another application claims by now are left to it.
   *
   * @param stoppedOld the release before is stopped already, not kept warm
   */
  public static Future<Void> serve(
      Queries tx,
      ApplicationId application,
      ReleaseId release,
      List<String> hosts,
      List<Target> targets,
      boolean stoppedOld) {
    return ReleaseStore.serve(tx, application, release)
        .compose(done ->
            stoppedOld
                ? tx.query(
                    "update releases set state = 'cold' where application_id = $1 and state = 'warm'",
                    application.value())
                : Future.succeededFuture())
        .compose(done ->
            tx.query(
                "update applications set stopped = false where id = $1 and stopped",
                application.value()))
        .compose(done -> free(tx, application, hosts))
        .compose(
            free -> RouteStore.put(tx, application, release, RouteState.SERVING, free, targets));
  }

  private static Future<List<String>> free(
      Queries tx, ApplicationId application, List<String> hosts) {
    return tx.list(
        """
        select wanted.host from unnest($2::text[]) as wanted(host)
          where not exists (select 1 from domains d
              where d.host = wanted.host and d.application_id <> $1)
            and not exists (select 1 from routes r
              where r.host = wanted.host and r.application_id <> $1)
        """,
        row -> row.getString(0),
        application.value(),
        hosts.toArray(String[]::new));
  }

  /** Changes what the ingress does with an application's requests, as the owner of its saga. */
  public Future<Void> setRouteState(Fence fence, ApplicationId application, RouteState state) {
    return database.transaction(
        tx -> fence.guard(tx).compose(held -> RouteStore.setState(tx, application, state)));
  }

  /** Puts a release back behind its routes after an attempt to replace it failed. */
  public Future<Void> restore(
      Fence fence, ApplicationId application, ReleaseId release, List<Target> targets) {
    return database.transaction(tx ->
        fence
            .guard(tx)
            .compose(held ->
                tx.query(
                    """
                    update routes set state = 'serving', targets = cast($3::text as jsonb)
                      where application_id = $1 and release_id = $2
                    """,
                    application.value(),
                    release.value(),
                    Json.text(targets)))
            .mapEmpty());
  }

  /**
   * Changes where a release's tasks answer, if its routes are still as the caller saw them: false
   * when a deployment has taken them over meanwhile.
   */
  public Future<Boolean> retarget(
      ApplicationId application,
      ReleaseId release,
      RouteState from,
      RouteState to,
      List<Target> targets) {
    return database
        .update(
            """
            update routes set targets = cast($5::text as jsonb), state = $4
              where application_id = $1 and release_id = $2 and state = $3
            """,
            application.value(),
            release.value(),
            from.wire(),
            to.wire(),
            Json.text(targets))
        .map(rows -> rows > 0);
  }

  /** Releases that may have running tasks: candidate, serving and warm. */
  public Future<List<Release>> running() {
    return database.list(
        ReleaseStore.SELECT
            + " where r.state in ('candidate', 'serving', 'warm') and not a.deleting",
        ReleaseStore::release);
  }

  /** Every release that may have pieces on the engine, ids only. */
  public Future<Set<ReleaseId>> present() {
    return database
        .list(
            "select id from releases where state <> 'removed'",
            row -> new ReleaseId(row.getString(0)))
        .map(Set::copyOf);
  }

  /**
   * Fails the transaction with {@link InHands} when a deploy saga works on the application or is
   * about to: whoever else wants to start something must leave it alone.
   */
  public static Future<Void> mustBeIdle(Queries tx, ApplicationId application) {
    return tx.one(
            """
            select 1 from sagas where kind = 'deploy' and exclusive = $1
              and state in ('waiting', 'running', 'undoing') limit 1
            """,
            application.value())
        .compose(row ->
            row == null ? Future.succeededFuture() : Future.failedFuture(new InHands(application)));
  }

  /**
   * Applications in the hands of a deploy saga, or about to be. While a deployment waits for
   * backups it touches nothing that runs, for as long as an hour: what serves is looked after
   * meanwhile. One that is being cancelled is in hands again: an application that is removed goes
   * after its end.
   */
  public Future<Set<ApplicationId>> inHands() {
    return database
        .list(
            """
            select d.application_id from deployments d
                where d.status = 'deploying' and not exists (
                  select 1 from sagas w where w.subject = d.id and w.kind = 'before-deploy'
                    and w.state in ('waiting', 'running') and not w.cancel_requested)
              union select exclusive from sagas
                where kind = 'deploy' and state in ('waiting', 'running', 'undoing')
                  and exclusive is not null
            """,
            row -> new ApplicationId(row.getString(0)))
        .map(ids -> ids.stream().collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Moves a warm release whose time is over to cold, unless a deployment wants it: false when it is
   * not to be stopped.
   */
  public Future<Boolean> cool(ReleaseId release) {
    return database
        .one(
            """
            update releases r set state = 'cold' where r.id = $1 and r.state = 'warm'
              and not exists (select 1 from deployments d where d.release_id = r.id
                and d.status in ('pending', 'building', 'deploying'))
              and (r.replaced_at < now() - make_interval(secs =>
                    (select (config->>'keepWarmSeconds')::int from applications
                       where id = r.application_id))
                or exists (select 1 from releases newer
                     where newer.application_id = r.application_id and newer.state = 'warm'
                       and newer.replaced_at > r.replaced_at))
              returning r.id
            """,
            release.value())
        .map(row -> row != null);
  }

  /** How long ago a release was replaced, in seconds; null when it serves or never did. */
  public Future<@Nullable Double> replacedSecondsAgo(ReleaseId release) {
    return database.one(
        """
        select extract(epoch from now() - replaced_at)::float8 as seconds
          from releases where id = $1 and replaced_at is not null
        """,
        row -> row.getDouble("seconds"),
        release.value());
  }
}
