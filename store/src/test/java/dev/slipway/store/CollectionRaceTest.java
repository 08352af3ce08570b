package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.ImageStore.BuiltImage;
import dev.slipway.store.ImageStore.Candidate;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clean-up against those who need what it is about to take. */
class CollectionRaceTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final int ROUNDS = 60;
  private static final DeploymentStore.Wish BACK =
      new DeploymentStore.Wish(Trigger.ROLLBACK, "tester", "back", null);

  private Database database;
  private ReleaseStore releases;
  private ImageStore images;

  @BeforeEach
  void stores() {
    database = POSTGRES.database();
    releases = new ReleaseStore(database);
    images = new ImageStore(database);
  }

  @Test
  void aRollbackEitherPinsItsReleaseOrIsRefusedBecauseItIsGone() {
    DeploymentStore deployments = new DeploymentStore(database);
    int kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Release surplus = surplus();
      // Whoever asks first on the wire is not always whoever is first in the database.
      Future<?> rollback;
      Future<Boolean> retired;
      if (round % 2 == 0) {
        rollback = deployments.requestRelease(surplus.applicationId(), surplus.id(), BACK);
        retired = releases.retire(surplus);
      } else {
        retired = releases.retire(surplus);
        rollback = deployments.requestRelease(surplus.applicationId(), surplus.id(), BACK);
      }
      Future.join(rollback, retired).otherwiseEmpty().await();

      boolean asked = rollback.succeeded();
      assertThat(retired.result())
          .as("round %d: collected and asked for", round)
          .isNotEqualTo(asked);
      assertThat(releases.get(surplus.id()).await().state())
          .isEqualTo(asked ? ReleaseState.COLD : ReleaseState.REMOVED);
      if (!asked) {
        assertThat(((Problem) rollback.cause()).code()).isEqualTo("release_gone");
      }
      kept += asked ? 1 : 0;
    }
    System.out.printf(
        "PROMISE T25: %d races of a rollback against collection: %d pinned, %d refused, 0 both%n",
        ROUNDS, kept, ROUNDS - kept);
  }

  @Test
  void twoWhoCollectTakeAReleaseOnce() {
    for (int round = 0; round < 20; round++) {
      Release surplus = surplus();
      var first = releases.retire(surplus);
      var second = releases.retire(surplus);
      Future.all(first, second).await();
      assertThat(first.result()).isNotEqualTo(second.result());
    }
  }

  /** An application's release with ten newer ones that served. */
  private Release surplus() {
    Application application = Samples.application(database);
    Release oldest = Samples.serving(database, application, "v");
    database
        .query(
            """
            insert into releases(id, application_id, number, deployment_id, spec, state, served_at)
              select id || '_' || n, application_id, number + n, deployment_id, spec,
                  'cold', now() + make_interval(secs => n)
                from releases, generate_series(1, 10) n where id = $1
            """,
            oldest.id().value())
        .await();
    assertThat(releases.move(oldest.id(), ReleaseState.SERVING, ReleaseState.COLD).await())
        .isTrue();
    return oldest;
  }

  // ---- images

  @Test
  void aBuildThatTakesAnImageKeepsItOrBuildsAnew() {
    int kept = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Application application = Samples.application(database);
      String digest = "sha256:" + application.id().value();
      images
          .remember(new BuiltImage("f" + digest, application.id(), "x:1", digest, null, null))
          .await();
      age(digest);
      var candidate = List.of(new Candidate(digest, Set.of(digest), null));
      Future<Optional<BuiltImage>> taken;
      Future<Set<String>> given;
      if (round % 2 == 0) {
        taken = images.find("f" + digest);
        given = images.giveUp(candidate, Duration.ofHours(1));
      } else {
        given = images.giveUp(candidate, Duration.ofHours(1));
        taken = images.find("f" + digest);
      }
      Future.all(taken, given).await();

      boolean reused = taken.result().isPresent();
      assertThat(given.result().contains(digest)).as("round %d", round).isNotEqualTo(reused);
      kept += reused ? 1 : 0;
    }
    System.out.printf(
        "PROMISE T25: %d races of a build against collection: %d images kept, %d given up, 0 both%n",
        ROUNDS, kept, ROUNDS - kept);
  }

  @Test
  void anImageIsGivenUpOnlyWhenNoReleaseBuildOrDeploymentNeedsIt() {
    Application application = Samples.application(database);
    Release serving = Samples.serving(database, application, "needed");
    Application deploying = Samples.application(database);
    Samples.waiting(database, deploying);
    var hour = Duration.ofHours(1);

    var given =
        images
            .giveUp(
                List.of(
                    new Candidate("sha256:a", Set.of("sha256:a", "needed"), null),
                    new Candidate(
                        serving.spec().imageDigest(), Set.of(serving.spec().imageDigest()), null),
                    new Candidate("sha256:b", Set.of("sha256:b"), deploying.id().value()),
                    new Candidate("sha256:c", Set.of("sha256:c"), application.id().value())),
                hour)
            .await();

    assertThat(given).containsExactly("sha256:c");
  }

  @Test
  void anImageThatSeveralReleasesShareGoesWithTheLastOfThem() {
    Application application = Samples.application(database);
    Release first = Samples.serving(database, application, "shared");
    Release second = Samples.serving(database, application, "shared");
    String digest = first.spec().imageDigest();
    var candidate = List.of(new Candidate(digest, Set.of(digest), application.id().value()));
    releases.move(first.id(), ReleaseState.WARM, ReleaseState.REMOVED).await();
    assertThat(images.giveUp(candidate, Duration.ZERO).await()).isEmpty();
    releases.move(second.id(), ReleaseState.SERVING, ReleaseState.REMOVED).await();
    assertThat(images.giveUp(candidate, Duration.ZERO).await()).containsExactly(digest);
  }

  private void age(String digest) {
    database
        .query(
            "update images set created_at = now() - interval '2 hours' where digest = $1", digest)
        .await();
  }
}
