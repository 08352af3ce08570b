package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Answer;
import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Cluster;
import dev.slipway.e2e.lab.Engine;
import dev.slipway.e2e.lab.Host;
import dev.slipway.e2e.lab.Lab;
import dev.slipway.e2e.lab.Truth;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** The one cluster on three hosts that all promises share, and the Git server beside it. */
final class Field implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final String UNDER_WAY =
      "select id, kind, state, owner from sagas where state in ('waiting', 'running', 'undoing')";

  private static final Duration PACE = Duration.ofMillis(200);

  private final Lab lab;
  private final GitServer git;
  private final Cluster cluster;

  private Field(Lab lab, GitServer git, Cluster cluster) {
    this.lab = lab;
    this.git = git;
    this.cluster = cluster;
  }

  static Field start() {
    Lab lab = Lab.start(3);
    try {
      GitServer git = GitServer.at(lab.address());
      try {
        return new Field(lab, git, Cluster.start(lab));
      } catch (RuntimeException e) {
        git.close();
        throw e;
      }
    } catch (RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  @Override
  public void close() {
    try (lab) {
      git.close();
    }
    List<String> left = lab.leftOvers();
    if (!left.isEmpty()) {
      throw new IllegalStateException("the lab left behind: " + left);
    }
  }

  Lab lab() {
    return lab;
  }

  Cluster cluster() {
    return cluster;
  }

  /** An application of the sample that says {@code text}, health-gated; deployed and serving. */
  LabApp serving(String stem, String text, Map<String, ?> more) {
    LabApp app = app(stem, Sample.saying(text), more);
    cluster.api(1).deployed(app.id());
    return app;
  }

  /** Created, not deployed. */
  LabApp app(String stem, Sample sample, Map<String, ?> more) {
    String name = stem + "-" + NAMES.incrementAndGet();
    Repository repository = git.repository(name);
    repository.push(sample, "the first version");
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("repository", repository.url());
    fields.put("branch", "main");
    fields.put("build", Map.of("type", "dockerfile"));
    fields.put("port", 8080);
    fields.put("healthCheck", Map.of("path", "/health"));
    fields.putAll(more);
    return new LabApp(this, name, repository, cluster.api(1).create(fields));
  }

  /**
   * What must hold when all is quiet again, whatever happened before: nothing stuck, lost or
   * doubled, no container without a release.
   *
   * @param deployments every one of them ended well
   */
  void nothingIsStuckLostOrDoubled(List<String> deployments) {
    try (Truth truth = lab.postgres().truth()) {
      Until.holds(
          () -> "no work is under way: " + truth.lines(UNDER_WAY) + "\n" + cluster.tails(),
          Duration.ofSeconds(60),
          Duration.ofMillis(200),
          () -> truth.lines(UNDER_WAY).isEmpty());
      assertThat(truth.lines("select id, kind, error from sagas where state = 'stuck'"))
          .as("stuck")
          .isEmpty();
      for (String id : deployments) {
        assertThat(truth.lines("select status from deployments where id = '" + id + "'"))
            .as("deployment %s, lost or not well", id)
            .containsExactly("success");
        assertThat(
                truth.lines(
                    "select kind from sagas where state = 'done' and subject = '"
                        + id
                        + "' group by kind having count(*) > 1"))
            .as("work done twice for deployment %s", id)
            .isEmpty();
        assertThat(manager().services("dev.slipway.deployment=" + id))
            .as("services of deployment %s", id)
            .hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  /** The host whose engine leads the Swarm's managers. */
  Host leader() {
    String name =
        manager().nodes().stream()
            .filter(node -> node.path("ManagerStatus").asText().equals("Leader"))
            .map(node -> node.path("Hostname").asText())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the Swarm has no leader"));
    return lab.hosts().stream()
        .filter(host -> name.equals("host-" + host.index()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no host is called " + name));
  }

  // ---- over a network that may fail -----------------------------------------------------------

  /** True when the gateway of a host answers and finds its database. */
  boolean answers(int host) {
    try {
      return cluster.api(host).get("/health").status() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Asks for a deployment until a gateway took it; the same key, so it is taken once. */
  String deploySomehow(LabApp app, int firstGateway) {
    Map<String, String> once = Map.of("idempotency-key", "promise-" + NAMES.incrementAndGet());
    String path = "/applications/" + app.id() + "/deployments";
    return somehow(
            firstGateway,
            Duration.ofMinutes(2),
            api -> {
              Answer answer = api.send("POST", path, "{}", once);
              return answer.status() == 202 ? Optional.of(answer.json()) : Optional.empty();
            })
        .path("id")
        .asText();
  }

  /** Waits for the end of a deployment, through whichever gateway answers. */
  JsonNode endedSomehow(String deployment, Duration limit) {
    return somehow(
        1,
        limit,
        api -> Optional.of(api.get("/deployments/" + deployment).json()).filter(Api::hasEnded));
  }

  /** Whether a deployment ends within a time, asked through whichever gateway answers. */
  boolean endsSomehow(String deployment, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (int i = 0; System.nanoTime() < deadline; i++) {
      try {
        if (Api.hasEnded(cluster.api(i % 3 + 1).get("/deployments/" + deployment).json())) {
          return true;
        }
      } catch (UncheckedIOException e) {
        // this gateway cannot be reached just now: the next one
      }
      LockSupport.parkNanos(PACE.toNanos());
    }
    return false;
  }

  private JsonNode somehow(
      int firstGateway, Duration limit, Function<Api, Optional<JsonNode>> question) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (int i = firstGateway - 1; ; i++) {
      try {
        Optional<JsonNode> answer = question.apply(cluster.api(i % 3 + 1));
        if (answer.isPresent()) {
          return answer.get();
        }
      } catch (UncheckedIOException e) {
        // this gateway cannot be reached just now: the next one
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no answer within " + limit + "\n" + cluster.tails());
      }
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  /**
   * The engine of a host whose Swarm answers: after a cut is healed a manager may need some seconds
   * to find the others again.
   */
  Engine manager() {
    AtomicReference<Engine> answering = new AtomicReference<>();
    Until.holds(
        "the Swarm answers on some host",
        Duration.ofSeconds(60),
        PACE,
        () -> {
          lab.hosts().stream()
              .filter(Host::lives)
              .map(Host::engine)
              .filter(Engine::knowsItsSwarm)
              .findFirst()
              .ifPresent(answering::set);
          return answering.get() != null;
        });
    return Objects.requireNonNull(answering.get());
  }
}
