package dev.slipway.platform.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.DatabaseUrl;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Broken connections, orderly stops, kills and lost leases: somebody always goes on. */
class SagaTakeoverTest extends RunnerStand {
  @Test
  void aBrokenConnectionIsNoFailureOfTheSaga() {
    DatabaseUrl url = POSTGRES.url();
    Database cut =
        Database.connect(
            POSTGRES.vertx(),
            new DatabaseUrl(
                url.user(),
                url.password(),
                url.host(),
                url.port(),
                url.database(),
                Map.of("application_name", "cut")),
            2);
    Script script =
        Script.named("cut", 1)
            .step(
                "cut",
                ctx -> {
                  database()
                      .query(
                          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                              + " WHERE application_name = 'cut'")
                      .await();
                  return null;
                })
            .step("go-on", ctx -> null)
            .build();
    for (int i = 0; i < 10; i++) {
      submit("cut-" + i, "cut", "one after the other");
    }
    SagaRunner runner =
        new SagaRunner(
            POSTGRES.vertx(), cut, List.of(new Told(script, story)), quick("r"), CrashPoints.NONE);
    runner.start().await();
    awaitState("cut-9", "done");
    for (int i = 0; i < 10; i++) {
      assertThat(state("cut-" + i)).isEqualTo("done");
    }
    runner.stop().await();
    cut.close().await();
  }

  @Test
  void anOrderlyStopGivesTheLeaseBackAtOnce() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    Script script =
        Script.named("long", 1)
            .step(
                "wait",
                ctx -> {
                  if (runs.incrementAndGet() == 1) {
                    reached.countDown();
                    Future.future(never -> {}).await();
                  }
                  return null;
                },
                ctx -> story.add("undone"))
            .build();
    submit("o1", "long", null);
    SagaRunner first = runner(patient("first"), script);
    assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
    runner(patient("second"), script);
    first.stop().await();
    awaitState("o1", "done");
    assertThat(story).containsExactly("ended DONE");
  }

  @Test
  void aRunnerOfTheSameNameResumesWithoutWaitingForTheLease() {
    AtomicInteger runs = new AtomicInteger();
    Script script = Script.named("killed", 1).step("one", ctx -> runs.incrementAndGet()).build();
    submit("k1", "killed", null);
    SagaRunner killed =
        new SagaRunner(
            POSTGRES.vertx(),
            database(),
            List.of(new Told(script, story)),
            patient("the platform"),
            point -> {
              throw new CrashPoints.Crash(point);
            });
    killed.start().await();
    await().atMost(LIMIT).until(() -> state("k1").equals("running") && killed.running() == 0);
    killed.stop().await();
    runner(patient("the platform"), script);
    awaitState("k1", "done");
  }

  @Test
  void whoCannotProveItsLeaseStops() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Script script =
        Script.named("lost", 1)
            .step(
                "long",
                ctx -> {
                  if (seen.add("begun")) {
                    try {
                      Future.future(never -> {}).await();
                    } finally {
                      try {
                        ctx.checkpoint();
                      } catch (FencedOut e) {
                        seen.add("fenced out");
                      }
                    }
                  }
                  return null;
                })
            .build();
    submit("l1", "lost", null);
    runner(quick("r"), script);
    await().atMost(LIMIT).until(() -> seen.contains("begun"));
    database().query("UPDATE sagas SET fence = fence + 1, lease_until = now()").await();
    awaitState("l1", "done");
    assertThat(seen).contains("fenced out");
  }
}
