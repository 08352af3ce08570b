package dev.slipway.store;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.BuildConfig;
import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.contracts.deployment.Trigger;
import dev.slipway.platform.pg.Database;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Applications and releases as tests need them. */
public final class Samples {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Samples() {}

  public static ApplicationConfig config(String... domains) {
    return new ApplicationConfig(
        "https://git.example.org/me/shop.git",
        "main",
        null,
        null,
        BuildConfig.auto(),
        null,
        8080,
        1,
        Resources.UNLIMITED,
        HealthCheck.DEFAULT,
        List.of(domains),
        List.of(),
        false,
        true,
        ApplicationConfig.DEFAULT_KEEP_WARM_SECONDS,
        ApplicationConfig.DEFAULT_DRAIN_SECONDS);
  }

  public static Application application(Database database) {
    var project = new ProjectStore(database).standard().await();
    return new ApplicationStore(database)
        .create("shop-" + COUNT.incrementAndGet(), project.id(), config())
        .await();
  }

  /** A deployment that waits. */
  public static DeploymentId waiting(Database database, Application application) {
    return new DeploymentStore(database)
        .request(
            application.id(), new DeploymentStore.Wish(Trigger.MANUAL, "tester", "a test", null))
        .await();
  }

  /** A candidate release, as if its build had just been handed over. */
  public static Release candidate(Database database, Application application, String image) {
    DeploymentId deployment = waiting(database, application);
    database
        .query("update sagas set state = 'done' where subject = $1", deployment.value())
        .await();
    ReleaseSpec spec =
        new ReleaseSpec(
            image, "sha256:" + image, 0, application.config(), null, 8080, "c0ffee", "A change");
    var order =
        database
            .transaction(tx -> DeploymentStore.handOver(tx, deployment, application.id(), spec))
            .await();
    return new ReleaseStore(database).get(order.releaseId()).await();
  }

  /** A release that serves. */
  public static Release serving(Database database, Application application, String image) {
    Release release = candidate(database, application, image);
    database
        .transaction(tx ->
            ReleaseStore.serve(tx, application.id(), release.id())
                .compose(done -> DeploymentStore.succeeded(tx, release.deploymentId())))
        .await();
    Release served = new ReleaseStore(database).get(release.id()).await();
    if (served.state() != ReleaseState.SERVING) {
      throw new IllegalStateException("The sample does not serve: " + served.state());
    }
    return served;
  }
}
