package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.CancelOutcome;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Deployments: the spine that gateway, builder and runtime follow. Everything that can touch the
 * deployment table is here.
 */
public final class DeploymentStore {
  /** Kinds of sagas that carry a deployment. */
  public static final String BUILD = "build";

  public static final String DEPLOY = "deploy";

  /** Waits for the backups that schedules want before a deployment, and hands over to the other. */
  public static final String BEFORE_DEPLOY = "before-deploy";

  private final Queries database;

  public DeploymentStore(Queries database) {
    this.database = database;
  }

  /**
   * Why and by whom a deployment is asked for.
   *
   * @param commit the commit wanted; null: the branch's head
   * @param archive the source archive wanted, by its id; null: the repository, or the newest
   *     archive of an application that has none
   * @param skipBackups its release starts without the backups that schedules want before it
   */
  public record Wish(
      Trigger trigger,
      String actor,
      @Nullable String title,
      @Nullable String commit,
      @Nullable String archive,
      boolean skipBackups) {

    /** A wish for what an archive has, after the backups that are due before it. */
    public Wish(
        Trigger trigger,
        String actor,
        @Nullable String title,
        @Nullable String commit,
        @Nullable String archive) {
      this(trigger, actor, title, commit, archive, false);
    }

    /** A wish for what the repository has. */
    public Wish(Trigger trigger, String actor, @Nullable String title, @Nullable String commit) {
      this(trigger, actor, title, commit, null);
    }

    /** The same with the backups before it, or without. */
    public Wish withoutBackups(boolean skip) {
      return new Wish(trigger, actor, title, commit, archive, skip);
    }
  }

  /**
   * Asks for a deployment of the application as it is described now: row, frozen order and queue
   * place in one transaction. Older ones that still wait are superseded.
   *
   * @throws Problem {@code archive_gone} when the archive wanted is not kept any more, {@code
   *     source_missing} when there is neither repository nor archive
   */
  public Future<DeploymentId> request(ApplicationId application, Wish wish) {
    DeploymentId id = DeploymentId.fresh();
    return database.transaction(tx -> DeploymentIntake.build(tx, id, application, wish).map(id));
  }

  /**
   * Asks to bring a release that once served back, whole and without a build. From this transaction
   * on it is pinned: clean-up looks for the deployment under the same row lock.
   *
   * @throws Problem {@code release_gone} when clean-up was there first
   */
  public Future<DeploymentId> requestRelease(
      ApplicationId application, ReleaseId release, Wish wish) {
    DeploymentId id = DeploymentId.fresh();
    DeployOrder order = new DeployOrder(id, application, release);
    return database.transaction(tx -> DeploymentIntake.release(tx, order, wish).map(id));
  }

  /**
   * Takes a deployment that is stuck up again. One whose release serves already is finished; one
   * that failed on the way there begins anew with the same release; one whose undo failed is
   * undone.
   *
   * @return false when it is not stuck
   * @throws Problem {@code overtaken} when a newer deployment has taken its place, {@code
   *     application_busy} when one is at work
   */
  public Future<Boolean> resume(DeploymentId id) {
    return database.transaction(tx -> DeploymentResume.resume(tx, id));
  }

  /** The saga of a deployment's part, named so that asking twice makes one. */
  public static String sagaId(DeploymentId id, String kind) {
    return id.value() + "." + kind;
  }

  /**
   * The saga that follows the build: the deploy saga, or the one that waits for backups first where
   * a schedule wants them before each deployment of this application, and this one does not go
   * without.
   */
  public Future<NewSaga> afterBuild(DeployOrder order) {
    return database
        .one(
            """
            select 1 from backup_schedules where application_id = $1 and enabled
                and not exists (select 1 from deployments where id = $2 and skip_backups)
              limit 1
            """,
            row -> BEFORE_DEPLOY,
            order.applicationId().value(),
            order.deploymentId().value())
        .map(found -> saga(order, found == null ? DEPLOY : found));
  }

  /**
   * A saga that carries a deployment's release.
   *
   * @param kind {@link #DEPLOY} or {@link #BEFORE_DEPLOY}
   */
  public static NewSaga saga(DeployOrder order, String kind) {
    return new NewSaga(
        sagaId(order.deploymentId(), kind),
        kind,
        1,
        order.deploymentId().value(),
        order.applicationId().value(),
        order);
  }

  // ---- what the builder tells

  /** The build has begun. */
  public Future<Void> building(Fence fence, DeploymentId id) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update deployments
                  set status = 'building', started_at = coalesce(started_at, now()) where id = $1
                """,
                id.value()));
  }

  /**
   * The commit is pinned.
   *
   * @param sha null when the source is no commit but an archive
   */
  public Future<Void> pinned(
      Fence fence, DeploymentId id, @Nullable String sha, String message, String branch) {
    return fenced(
        fence,
        tx ->
            tx.query(
                """
                update deployments set commit_sha = $2, commit_message = $3,
                    branch = coalesce(nullif($4, ''), branch) where id = $1
                """,
                id.value(),
                sha,
                message,
                branch));
  }

  /**
   * Hands the built image over to the runtime: release row, deployment status and digest. To run in
   * the transaction that ends the build saga and queues the deploy saga.
   *
   * @return the order of the deploy saga
   */
  public static Future<DeployOrder> handOver(
      Queries tx, DeploymentId id, ApplicationId application, ReleaseSpec spec) {
    return handOver(tx, id, application, ReleaseId.fresh(), spec);
  }

  /** The same for a release whose id the deploy saga's order names already. */
  public static Future<DeployOrder> handOver(
      Queries tx, DeploymentId id, ApplicationId application, ReleaseId release, ReleaseSpec spec) {
    return tx.one(
            """
            update applications set releases_made = releases_made + 1
              where id = $1 and not deleting returning releases_made
            """,
            application.value())
        .compose(row -> {
          if (row == null) {
            return Future.failedFuture(Problem.notFound("application", application.value()));
          }
          return tx.query(
              """
              insert into releases(id, application_id, number, deployment_id, spec)
                values ($1, $2, $3, $4, cast($5::text as jsonb))
              """,
              release.value(),
              application.value(),
              row.getInteger(0),
              id.value(),
              Json.text(spec));
        })
        .compose(done ->
            tx.query(
                """
                update deployments set status = 'deploying', release_id = $2, image_digest = $3
                  where id = $1
                """,
                id.value(),
                release.value(),
                spec.imageDigest()))
        .map(new DeployOrder(id, application, release));
  }

  // ---- what the runtime tells

  /** The release serves. To run with the saga's own last write. */
  public static Future<Void> succeeded(Queries tx, DeploymentId id) {
    return tx.query(
            """
            update deployments set status = 'success', completed_at = now()
              where id = $1 and status not in ('success', 'failed', 'cancelled')
            """,
            id.value())
        .compose(done -> endLog(tx, id, DeploymentStatus.SUCCESS));
  }

  /** The attempt failed and is undone. Idempotent: the first failure stays. */
  public static Future<Void> failed(Queries tx, DeploymentId id, Failure failure) {
    return tx.query(
            """
            update deployments set status = 'failed', completed_at = now(),
                failure = cast($2::text as jsonb)
              where id = $1 and status not in ('success', 'failed', 'cancelled')
            """,
            id.value(),
            Json.text(failure))
        .compose(done -> endLog(tx, id, DeploymentStatus.FAILED))
        .compose(done -> dropCandidate(tx, id));
  }

  /** The attempt was cancelled and is undone. */
  public static Future<Void> cancelled(Queries tx, DeploymentId id, String reason) {
    return tx.query(
            """
            update deployments set status = 'cancelled', completed_at = now(), reason = $2
              where id = $1 and status not in ('success', 'failed', 'cancelled')
            """,
            id.value(),
            reason)
        .compose(done -> endLog(tx, id, DeploymentStatus.CANCELLED))
        .compose(done -> dropCandidate(tx, id));
  }

  private static Future<Void> dropCandidate(Queries tx, DeploymentId id) {
    return tx.query(
            """
            update releases set state = 'removed' where deployment_id = $1 and state = 'candidate'
            """,
            id.value())
        .mapEmpty();
  }

  private static Future<Void> endLog(Queries tx, DeploymentId id, DeploymentStatus status) {
    return tx.query(
            """
            insert into log_streams(stream, ended, status) values ('d:' || $1::text, true, $2)
              on conflict (stream) do update set ended = true, status = $2, updated_at = now()
            """,
            id.value(),
            status.wire())
        .mapEmpty();
  }

  /**
   * Cancels: at once while it waits, at the next checkpoint while it is at work, no more once its
   * traffic is switched.
   *
   * @return what the request has met
   */
  public Future<CancelOutcome> cancel(DeploymentId id, String reason) {
    return database.transaction(tx ->
        SagaStore.cancel(tx, id.value())
            .compose(met ->
                met == CancelOutcome.NEVER_RAN
                    ? cancelled(tx, id, reason).map(met)
                    : Future.succeededFuture(met)));
  }

  // ---- what readers ask

  public Future<Deployment> get(DeploymentId id) {
    return database
        .one(DeploymentRows.SELECT + " where d.id = $1", id.value())
        .map(row -> {
          if (row == null) {
            throw Problem.notFound("deployment", id.value());
          }
          return DeploymentRows.deployment(row);
        });
  }

  /** The source archive that a deployment was asked for with; null when it was the repository. */
  public Future<@Nullable String> archive(DeploymentId id) {
    return database.one(
        "select archive_id from deployments where id = $1 and archive_id is not null",
        row -> row.getString(0),
        id.value());
  }

  /**
   * Which deployments to list, newest first.
   *
   * @param before the last row of the page before
   */
  public record Filter(
      @Nullable ApplicationId application,
      @Nullable DeploymentStatus status,
      @Nullable Instant since,
      @Nullable DeploymentId before,
      int limit) {}

  public Future<List<Deployment>> list(Filter filter) {
    return list(filter, Visible.EVERYTHING);
  }

  /** Those that may be seen. */
  public Future<List<Deployment>> list(Filter filter, Visible visible) {
    return database.list(
        DeploymentRows.SELECT
            + """
             where ($1::text is null or d.application_id = $1)
               and ($2::text is null or d.status = $2)
               and ($3::timestamptz is null or d.created_at >= $3)
               and ($4::text is null or (d.created_at, d.id) <
                 (select created_at, id from deployments where id = $4))
            """
            + visible.condition(
                "(select project_id from applications where id = d.application_id)", 6)
            + " order by d.created_at desc, d.id desc limit $5",
        DeploymentRows::deployment,
        visible.with(
            filter.application() == null ? null : filter.application().value(),
            filter.status() == null ? null : filter.status().wire(),
            filter.since() == null ? null : filter.since().atOffset(ZoneOffset.UTC),
            filter.before() == null ? null : filter.before().value(),
            filter.limit()));
  }

  /** Deployments at work or waiting; for the reconcile loop, which leaves their pieces alone. */
  public Future<List<DeploymentId>> active() {
    return database.list(
        "select id from deployments where status in ('pending', 'building', 'deploying')",
        row -> new DeploymentId(row.getString(0)));
  }

  private Future<Void> fenced(Fence fence, Function<Queries, Future<?>> write) {
    return database.transaction(tx -> fence.guard(tx).compose(held -> write.apply(tx)).mapEmpty());
  }
}
