package dev.slipway.store;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.BuildType;
import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.SagaStore;
import dev.slipway.store.DeploymentStore.Wish;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a wish becomes a deployment: its row and its place in the queue, in the caller's transaction.
 * What still waits of the same application is superseded and leaves its place to the newer one.
 */
final class DeploymentIntake {
  /** How long other builders leave a build to the one that has the mirror and the cache. */
  private static final Duration AFFINITY = Duration.ofSeconds(2);

  private DeploymentIntake() {}

  /**
   * The application as it is described now, the number of the deployment to be made, and whether a
   * schedule wants a backup before it.
   */
  private record Held(
      ApplicationId id,
      String name,
      ApplicationConfig config,
      int environmentVersion,
      int number,
      boolean backedUp) {}

  static Future<Void> build(Queries tx, DeploymentId id, ApplicationId application, Wish wish) {
    return hold(tx, application)
        .compose(
            held -> archive(tx, held, wish).compose(archive -> build(tx, id, held, wish, archive)));
  }

  private static Future<Void> build(
      Queries tx, DeploymentId id, Held held, Wish wish, @Nullable String archive) {
    String commit = wish.commit() != null ? wish.commit() : held.config().commit();
    BuildOrder order =
        new BuildOrder(
            id,
            held.id(),
            held.name(),
            held.config(),
            held.environmentVersion(),
            archive == null ? commit : null,
            archive);
    return queued(
        insert(tx, id, held, wish, null, archive),
        SagaStore.supersede(tx, build(id, held.id(), order), AFFINITY),
        tx);
  }

  /** The archive to build: the one wanted, or the newest where there is no repository. */
  private static Future<@Nullable String> archive(Queries tx, Held held, Wish wish) {
    ApplicationConfig config = held.config();
    if (wish.archive() != null) {
      return SourceArchiveStore.hold(tx, wish.archive()).map(wish.archive());
    }
    if (config.repository() != null || config.build().type() == BuildType.IMAGE) {
      return Future.succeededFuture();
    }
    return tx.one(
            """
            select archive_id from deployments where application_id = $1 and archive_id is not null
              order by number desc limit 1
            """,
            held.id().value())
        .compose(row -> {
          if (row == null) {
            throw Problem.conflict(
                "source_missing",
                "The application has no repository, and no source archive was sent yet.",
                "Set repository, or send the source: ./slipway deploy "
                    + held.name()
                    + " --upload FOLDER.");
          }
          String newest = row.getString(0);
          return SourceArchiveStore.hold(tx, newest).map(newest);
        });
  }

  static Future<Void> release(Queries tx, DeployOrder order, Wish wish) {
    DeploymentId id = order.deploymentId();
    return hold(tx, order.applicationId())
        .compose(held -> kept(tx, order.releaseId()).map(held))
        .compose(held ->
            waits(tx, held, order.releaseId(), wish)
                .compose(waits ->
                    queued(
                        insert(tx, id, held, wish, order.releaseId(), null),
                        SagaStore.supersede(
                            tx,
                            DeploymentStore.saga(
                                order,
                                waits ? DeploymentStore.BEFORE_DEPLOY : DeploymentStore.DEPLOY),
                            Duration.ZERO),
                        tx)));
  }

  /**
   * Whether it may have backups to wait for. The release that serves needs none when nothing could
   * put another in its place before its turn; a statement of its own, to see what was committed
   * while {@link #hold} waited for the row.
   */
  private static Future<Boolean> waits(Queries tx, Held held, ReleaseId release, Wish wish) {
    if (!held.backedUp() || wish.skipBackups()) {
      return Future.succeededFuture(false);
    }
    return tx.one(
            """
            select 1 from applications a where a.id = $1 and a.current_release_id = $2
              and not exists (select 1 from sagas s where s.exclusive = a.id
                and s.state in ('waiting', 'running', 'undoing'))
            """,
            held.id().value(),
            release.value())
        .map(restart -> restart == null);
  }

  /** Clean-up looks for this deployment under the row lock that {@link #hold} took. */
  private static Future<Void> kept(Queries tx, ReleaseId release) {
    return tx.one(
            "select number from releases where id = $1 and state = 'removed'", release.value())
        .map(gone -> {
          if (gone != null) {
            throw Problem.conflict(
                "release_gone",
                "Release " + gone.getInteger(0) + " is not kept any more.",
                "Choose a release that is kept, or deploy its commit anew.");
          }
          return null;
        });
  }

  /** Both statements are on their way at once: one round trip. */
  private static Future<Void> queued(
      Future<Void> inserted, Future<List<String>> superseded, Queries tx) {
    return Future.all(inserted, superseded)
        .compose(both ->
            superseded.result().isEmpty()
                ? Future.succeededFuture()
                : withdraw(tx, superseded.result()));
  }

  /** Takes the next number; the row lock orders those who ask at once. */
  private static Future<Held> hold(Queries tx, ApplicationId id) {
    return tx.one(
            """
            update applications set deployments_made = deployments_made + 1
              where id = $1 and not deleting
              returning name, config::text as config_text, environment_version, deployments_made,
                (select environment_version from projects where id = project_id) as inherits,
                exists (select 1 from backup_schedules b
                  where b.application_id = applications.id and b.enabled) as backed_up
            """,
            id.value())
        .compose(row -> {
          if (row == null) {
            return Future.failedFuture(Problem.notFound("application", id.value()));
          }
          return environmentVersion(tx, id, row).map(version -> held(id, row, version));
        });
  }

  /** The newest, made to stand on what the project's variables are now. */
  private static Future<Integer> environmentVersion(Queries tx, ApplicationId id, Row row) {
    return row.getInteger("inherits") == 0
        ? Future.succeededFuture(row.getInteger("environment_version"))
        : EnvironmentStore.caughtUp(tx, id)
            .compose(done ->
                tx.one("select environment_version from applications where id = $1", id.value()))
            .map(now -> Rows.present(now).getInteger(0));
  }

  private static Held held(ApplicationId id, Row row, int environmentVersion) {
    return new Held(
        id,
        row.getString("name"),
        Rows.json(row, "config_text", ApplicationConfig.class),
        environmentVersion,
        row.getInteger("deployments_made"),
        row.getBoolean("backed_up"));
  }

  private static Future<Void> insert(
      Queries tx,
      DeploymentId id,
      Held held,
      Wish wish,
      @Nullable ReleaseId rollbackOf,
      @Nullable String archive) {
    String release = rollbackOf == null ? null : rollbackOf.value();
    return tx.query(
            """
            insert into deployments(id, application_id, number, trigger, actor, title,
                requested_commit, branch, rollback_of, release_id, commit_sha, commit_message,
                image_digest, archive_id, skip_backups)
              select $1, $2, $3, $4, $5, $6, $7, $8, $9, $9,
                r.spec->>'commitSha', r.spec->>'commitMessage', r.spec->>'imageDigest', $10, $11
              from (select 1) one left join releases r on r.id = $9
            """,
            id.value(),
            held.id().value(),
            held.number(),
            wish.trigger().wire(),
            wish.actor(),
            wish.title(),
            wish.commit(),
            archive != null || held.config().branch().isEmpty() ? null : held.config().branch(),
            release,
            archive,
            wish.skipBackups())
        .mapEmpty();
  }

  private static NewSaga build(DeploymentId id, ApplicationId application, BuildOrder order) {
    return new NewSaga(
        DeploymentStore.sagaId(id, DeploymentStore.BUILD),
        DeploymentStore.BUILD,
        1,
        id.value(),
        application.value(),
        order);
  }

  private static Future<Void> withdraw(Queries tx, List<String> superseded) {
    return tx.query(
            """
            with withdrawn as (
              update deployments
                set status = 'cancelled', reason = 'superseded', completed_at = now()
                where id = any($1) and status = 'pending' returning id)
            insert into log_streams(stream, ended, status)
              select 'd:' || id, true, 'cancelled' from withdrawn
              on conflict (stream) do update set ended = true, status = 'cancelled'
            """,
            (Object) superseded.toArray(String[]::new))
        .mapEmpty();
  }
}
