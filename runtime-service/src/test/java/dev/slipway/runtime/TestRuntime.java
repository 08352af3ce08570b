package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.deployment.Deployment;
import dev.slipway.contracts.deployment.DeploymentStatus;
import dev.slipway.contracts.event.Events;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.runtime.reconcile.Reconciler;
import java.time.Duration;
import java.util.Objects;

/** A runtime service at work on a fixture's database and engine. */
public final class TestRuntime {
  private final Fixture fixture;
  private final RuntimeService service;
  private final String verticle;

  private TestRuntime(Fixture fixture, RuntimeService service) {
    this.fixture = fixture;
    this.service = service;
    this.verticle = fixture.database.vertx().deployVerticle(service).await();
  }

  public static TestRuntime start(Fixture fixture, RuntimeConfig config, CrashPoints crashPoints) {
    return new TestRuntime(
        fixture,
        new RuntimeService(config, fixture.stores, fixture.bus, fixture.engine, crashPoints));
  }

  public Reconciler reconciler() {
    return Objects.requireNonNull(await().until(service::reconciler, Objects::nonNull));
  }

  /** Whether the reconcile loop is this one's just now. */
  public boolean reconciles() {
    return service.reconciler() != null;
  }

  /** Whether it runs deployments. */
  public boolean deploys() {
    return service.duty().deploys();
  }

  public void ring() {
    service.duty().ring();
  }

  public void ring(Deployment deployment) {
    fixture.bus.ring(Events.DEPLOYMENTS_AVAILABLE, new Events.Available(deployment.id().value()));
  }

  /** Waits for a deployment's end. */
  public Deployment ended(Deployment deployment) {
    ring(deployment);
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> fixture.status(deployment).ended());
    return fixture.now(deployment);
  }

  /** Waits for a deployment's success. */
  public Deployment success(Deployment deployment) {
    Deployment ended = ended(deployment);
    assertThat(ended.status())
        .as(() -> ended.failure() + "\n" + fixture.log(ended))
        .isEqualTo(DeploymentStatus.SUCCESS);
    return ended;
  }

  public void stop() {
    fixture.database.vertx().undeploy(verticle).await();
  }
}
