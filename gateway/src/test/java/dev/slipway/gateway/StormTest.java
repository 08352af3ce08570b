package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many ask for one application at once, through several gateways, more than once each. */
class StormTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final int REQUESTS = 50;

  private final StormStand stand =
      new StormStand(
          GATEWAY,
          () -> {
            throw new AssertionError("each names its commit");
          });

  @AfterEach
  void stop() {
    stand.stop();
  }

  @Test
  void oneReleaseRunsAndItIsTheNewestAskedFor() throws Exception {
    Application application = Samples.application(GATEWAY.database());
    List<Client> gateways = List.of(GATEWAY.admin(), GATEWAY.another(), GATEWAY.another());
    stand.start();

    List<String> made = asked(gateways, application);

    assertThat(made).as("each replay tells what the first one made").hasSize(2 * REQUESTS);
    assertThat(made.stream().distinct()).hasSize(REQUESTS);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> count("status in ('pending', 'building', 'deploying')", application) == 0);
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
    assertThat(stand.runs().values()).as("nothing ran twice").allMatch(times -> times == 1);
    assertThat(stand.runs()).as("only what succeeded ran").hasSize((int) (2 * succeeded));
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
