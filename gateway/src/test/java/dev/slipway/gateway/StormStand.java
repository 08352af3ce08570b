package dev.slipway.gateway;

import dev.slipway.contracts.deployment.BuildOrder;
import dev.slipway.contracts.deployment.DeployOrder;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.NewSaga;
import dev.slipway.platform.saga.Retries;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.Saga;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.saga.Script;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.DeploymentStore;
import dev.slipway.store.ReleaseStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Two builders and two runtimes on the gateway's database, with everything real but what they do:
 * to build is to look where the branch's head is.
 */
final class StormStand {
  private final TestGateway gateway;
  private final Supplier<String> head;
  private final List<SagaRunner> runners = new ArrayList<>();
  private final Map<String, Integer> runs = new ConcurrentHashMap<>();
  private final Map<String, String> commits = new ConcurrentHashMap<>();

  private final Saga build =
      new Scripted(
          Script.named(DeploymentStore.BUILD, 1)
              .step("build", this::build)
              .step("handover", this::handOver)
              .build());
  private final Saga deploy =
      new Scripted(Script.named(DeploymentStore.DEPLOY, 1).step("switch", this::serve).build());

  /**
   * Makes one.
   *
   * @param head the commit at the branch's head when it is asked
   */
  StormStand(TestGateway gateway, Supplier<String> head) {
    this.gateway = gateway;
    this.head = head;
  }

  private record Scripted(Script script) implements Saga {}

  void start() {
    runners.add(runner("builder-1", build));
    runners.add(runner("builder-2", build));
    runners.add(runner("runtime-1", deploy));
    runners.add(runner("runtime-2", deploy));
    runners.forEach(runner -> runner.start().await());
  }

  void stop() {
    runners.forEach(runner -> runner.stop().await());
    runners.clear();
  }

  /** How often each build and each switch ran. */
  Map<String, Integer> runs() {
    return Map.copyOf(runs);
  }

  private @Nullable Object build(StepContext ctx) {
    runs.merge("build " + ctx.subject(), 1, Integer::sum);
    BuildOrder order = ctx.input(BuildOrder.class);
    new DeploymentStore(gateway.database()).building(ctx.fence(), order.deploymentId()).await();
    String asked = order.requestedCommit();
    commits.put(ctx.subject(), asked == null ? head.get() : asked);
    return null;
  }

  private @Nullable Object handOver(StepContext ctx) {
    BuildOrder order = ctx.input(BuildOrder.class);
    ReleaseId release = ReleaseId.fresh();
    String commit = String.valueOf(commits.get(ctx.subject()));
    ReleaseSpec spec =
        new ReleaseSpec(commit, "sha256:" + commit, 0, order.config(), null, 8080, commit, "");
    ctx.inCheckpoint(tx ->
        DeploymentStore.handOver(tx, order.deploymentId(), order.applicationId(), release, spec));
    ctx.handOver(
        new NewSaga(
            DeploymentStore.sagaId(order.deploymentId(), DeploymentStore.DEPLOY),
            DeploymentStore.DEPLOY,
            1,
            ctx.subject(),
            order.applicationId().value(),
            new DeployOrder(order.deploymentId(), order.applicationId(), release)));
    return null;
  }

  private @Nullable Object serve(StepContext ctx) {
    runs.merge("deploy " + ctx.subject(), 1, Integer::sum);
    DeployOrder order = ctx.input(DeployOrder.class);
    ctx.inCheckpoint(tx ->
        ReleaseStore.serve(tx, order.applicationId(), order.releaseId())
            .compose(done -> DeploymentStore.succeeded(tx, order.deploymentId())));
    return null;
  }

  private SagaRunner runner(String owner, Saga saga) {
    RunnerConfig config =
        new RunnerConfig(
            owner,
            2,
            Duration.ofSeconds(8),
            Duration.ofMillis(100),
            Duration.ofMillis(20),
            Retries.DEFAULT);
    return new SagaRunner(
        gateway.vertx(), gateway.database(), List.of(saga), config, CrashPoints.NONE);
  }
}
