package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
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
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many ask for one application at once, through several gateways, more than once each. */
class StormTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final int REQUESTS = 50;
  private static final RunnerConfig QUICK =
      new RunnerConfig(
          "",
          2,
          Duration.ofSeconds(8),
          Duration.ofMillis(100),
          Duration.ofMillis(20),
          Retries.DEFAULT);

  private final Map<String, Integer> runs = new ConcurrentHashMap<>();

  private final Saga build =
      new Scripted(
          Script.named(DeploymentStore.BUILD, 1)
              .step("build", this::build)
              .step("handover", this::handOver)
              .build());
  private final Saga deploy =
      new Scripted(Script.named(DeploymentStore.DEPLOY, 1).step("switch", this::serve).build());

  private record Scripted(Script script) implements Saga {}

  private @Nullable Object build(StepContext ctx) {
    runs.merge("build " + ctx.subject(), 1, Integer::sum);
    BuildOrder order = ctx.input(BuildOrder.class);
    new DeploymentStore(GATEWAY.database()).building(ctx.fence(), order.deploymentId()).await();
    return null;
  }

  private @Nullable Object handOver(StepContext ctx) {
    BuildOrder order = ctx.input(BuildOrder.class);
    ReleaseId release = ReleaseId.fresh();
    String commit = String.valueOf(order.requestedCommit());
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
            QUICK.maxConcurrent(),
            QUICK.lease(),
            QUICK.heartbeat(),
            QUICK.poll(),
            QUICK.retries());
    return new SagaRunner(
        GATEWAY.vertx(), GATEWAY.database(), List.of(saga), config, CrashPoints.NONE);
  }

  @Test
  void oneReleaseRunsAndItIsTheNewestAskedFor() throws Exception {
    Application application = Samples.application(GATEWAY.database());
    List<Client> gateways = List.of(GATEWAY.admin(), GATEWAY.another(), GATEWAY.another());
    List<SagaRunner> runners =
        List.of(
            runner("builder-1", build),
            runner("builder-2", build),
            runner("runtime-1", deploy),
            runner("runtime-2", deploy));
    runners.forEach(runner -> runner.start().await());

    List<String> made = asked(gateways, application);

    assertThat(made).as("each replay tells what the first one made").hasSize(2 * REQUESTS);
    assertThat(made.stream().distinct()).hasSize(REQUESTS);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> count("status in ('pending', 'building', 'deploying')", application) == 0);
    runners.forEach(runner -> runner.stop().await());
    judge(application);
  }

  /** Every request twice with the same key, through any gateway, in any order, all at once. */
  private static List<String> asked(List<Client> gateways, Application application)
      throws Exception {
    Random random = new Random(2);
    List<Callable<String>> requests = new ArrayList<>();
    for (int i = 0; i < 2 * REQUESTS; i++) {
      int n = i % REQUESTS;
      Client gateway = gateways.get(random.nextInt(gateways.size()));
      requests.add(() -> ask(gateway, application, n));
    }
    Collections.shuffle(requests, random);
    List<String> made = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(requests)) {
        made.add(answer.get());
      }
    }
    return made;
  }

  private static String ask(Client gateway, Application application, int n) {
    return gateway
        .post(
            "/api/applications/" + application.id() + "/deployments",
            new JsonObject().put("commit", "%07x".formatted(0xabc0000 + n)),
            "Idempotency-Key",
            "push-" + n)
        .expect(202)
        .string("id");
  }

  private static long count(String condition, Application application) {
    Long rows =
        GATEWAY
            .database()
            .one(
                "select count(*) from deployments where application_id = $1 and " + condition,
                row -> row.getLong(0),
                application.id().value())
            .await();
    return rows == null ? 0 : rows;
  }

  private void judge(Application application) {
    assertThat(count("true", application)).isEqualTo(REQUESTS);
    long succeeded = count("status = 'success'", application);
    long superseded = count("status = 'cancelled' and reason = 'superseded'", application);
    assertThat(succeeded + superseded).isEqualTo(REQUESTS);
    assertThat(runs.values()).as("nothing ran twice").allMatch(times -> times == 1);
    assertThat(runs).as("only what succeeded ran").hasSize((int) (2 * succeeded));
    String serving =
        GATEWAY
            .database()
            .one(
                """
                select string_agg(d.number::text, ' ') from releases r
                  join deployments d on d.id = r.deployment_id
                  where r.application_id = $1 and r.state = 'serving'
                """,
                row -> row.getString(0),
                application.id().value())
            .await();
    assertThat(serving).as("the newest, alone").isEqualTo(Integer.toString(REQUESTS));
    System.out.printf(
        "PROMISE T2: %d requests at once through 3 gateways, each repeated: %d ran, %d superseded,"
            + " 0 double runs, the newest serves%n",
        REQUESTS, succeeded, superseded);
  }
}
