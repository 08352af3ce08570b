package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.Application;
import dev.slipway.store.Samples;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many pushes of one application are told at once through several gateways: late, twice, in any
 * order, and with forged ones among them.
 */
class WebhookStormTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final int PUSHES = 50;

  private final AtomicInteger head = new AtomicInteger();
  private final StormStand stand = new StormStand(GATEWAY, () -> commit(head.get()));
  private final Random random = new Random(2);

  @AfterEach
  void stop() {
    stand.stop();
  }

  @Test
  void oneReleaseRunsAndItIsTheNewestCommit() throws Exception {
    Application application = Samples.application(GATEWAY.database());
    Sender sender = Sender.of(application, GATEWAY.admin());
    stand.start();

    List<Client.Answer> answers = pushed(sender);

    List<Client.Answer> taken = answers.stream().filter(one -> one.status() == 202).toList();
    long refused = answers.stream().filter(one -> one.status() == 401).count();
    assertThat(taken).as("each delivery and its repetition").hasSize(2 * PUSHES);
    assertThat(refused).as("each forged one").isEqualTo(PUSHES);
    assertThat(taken.stream().map(one -> one.string("id")).distinct()).hasSize(PUSHES);
    assertThat(taken.stream().filter(one -> one.json().getBoolean("repeated"))).hasSize(PUSHES);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            number(
                    "select count(*) from deployments where application_id = $1"
                        + " and status in ('pending', 'building', 'deploying')",
                    application)
                == 0);
    judge(application);
  }

  /**
   * The branch goes on from commit to commit; what is told of each waits for a while that chance
   * decides, so that it comes late and in another order.
   */
  private List<Client.Answer> pushed(Sender sender) throws Exception {
    List<Client> gateways = List.of(GATEWAY.admin(), GATEWAY.another(), GATEWAY.another());
    List<Callable<Client.Answer>> held = new ArrayList<>();
    List<Future<Client.Answer>> sent = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int push = 1; push <= PUSHES; push++) {
        head.set(push);
        JsonObject body = Sender.push("main", commit(push), "Push " + push);
        String id = "push-" + push;
        held.add(() -> sender.deliver(any(gateways), id, body));
        held.add(() -> sender.deliver(any(gateways), id, body));
        JsonObject old = Sender.push("main", commit(0), "Forged " + push);
        held.add(() -> sender.forger().deliver(any(gateways), "forged-" + id, old));
        while (held.size() > PUSHES) {
          sent.add(threads.submit(held.remove(random.nextInt(held.size()))));
        }
      }
      while (!held.isEmpty()) {
        sent.add(threads.submit(held.remove(random.nextInt(held.size()))));
      }
    }
    List<Client.Answer> answers = new ArrayList<>();
    for (Future<Client.Answer> one : sent) {
      answers.add(one.get());
    }
    return answers;
  }

  private synchronized Client any(List<Client> gateways) {
    return gateways.get(random.nextInt(gateways.size()));
  }

  private void judge(Application application) {
    long asked = number("select count(*) from deployments where application_id = $1", application);
    long ran =
        number(
            "select count(*) from deployments where application_id = $1 and status = 'success'",
            application);
    String serving =
        GATEWAY
            .database()
            .one(
                """
                select string_agg(spec->>'commitSha', ' ') from releases
                  where application_id = $1 and state = 'serving'
                """,
                row -> row.getString(0),
                application.id().value())
            .await();
    System.out.printf(
        "PROMISE T2: %d webhooks at once through 3 gateways, late, in any order, each repeated, and"
            + " %d forged: %d deployments asked for, %d ran, %d double runs, 0 forged ones taken,"
            + " the newest commit serves%n",
        PUSHES,
        PUSHES,
        asked,
        ran,
        stand.runs().values().stream().filter(times -> times > 1).count());
    assertThat(serving).as("the newest commit, alone").isEqualTo(commit(PUSHES));
    assertThat(asked).as("each delivery once").isEqualTo(PUSHES);
    assertThat(stand.runs().values()).as("nothing ran twice").allMatch(times -> times == 1);
    assertThat(
            number(
                "select count(*) from webhook_deliveries where application_id = $1"
                    + " and attempts = 2 and outcome = 'deployed'",
                application))
        .isEqualTo(PUSHES);
  }

  private static long number(String sql, Application application) {
    Long found =
        GATEWAY.database().one(sql, row -> row.getLong(0), application.id().value()).await();
    return found == null ? 0 : found;
  }

  private static String commit(int push) {
    return "%040x".formatted(0xabc0000 + push);
  }
}
