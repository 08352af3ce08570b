package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import dev.slipway.e2e.lab.Plan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * T10: a hundred deployments, and nobody who talks to the applications meanwhile notices one; a
 * fifth of them, and a tenth of the requests, when it is not a soak.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SwitchesUnderLoadIT {
  private static final int DEPLOYMENTS = Plan.rounds(20, 100);
  private static final long REQUESTS = Plan.rounds(100_000, 1_000_000);
  private static final int KEEP_ALIVE = 16;
  private static final int CONVERSATIONS = 4;
  // longer than it can last: the load is ended when everything has been counted
  private static final int LOAD_SECONDS = 600;
  private static final Pattern HEALTH = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)(/\\S*)");

  private final SlipwayHost host = SlipwayHost.fresh("switches");
  private final GitServer git = GitServer.start();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger deployments = new AtomicInteger();

  private record Target(String id, String hostName, Repository repository) {}

  @BeforeAll
  void start() {
    host.up();
  }

  @AfterAll
  void remove() {
    try (git) {
      host.close();
    }
  }

  @Test
  @Timeout(value = 9, unit = TimeUnit.MINUTES)
  void deploymentsUnderRequestsOfEveryKindLoseNone(@TempDir Path folder) throws Exception {
    Target pages = target("pages", pages("version 0"));
    Target talk = target("talk", Talker.saying("version 0"));
    Talker talker = new Talker("127.0.0.1", host.httpPort(), talk.hostName());
    long began = System.nanoTime();
    Process load = keepAlive(pages, folder);
    List<Visits> visits = visitors(talker);
    try {
      CompletableFuture<Void> other =
          CompletableFuture.runAsync(() -> deployAgainAndAgain(talk, Talker::saying));
      deployAgainAndAgain(pages, SwitchesUnderLoadIT::pages);
      other.get(3, TimeUnit.MINUTES);
      Counted counted = awaitCount(load, folder);
      List<Visits.Tally> tallies = visits.stream().map(Visits::end).toList();
      tell(counted, tallies, System.nanoTime() - began);
      assertThat(counted.wrong() + counted.lost()).as(counted.first()).isZero();
      assertThat(tallies.stream().flatMap(t -> t.failures().stream())).isEmpty();
      assertThat(counted.good()).isGreaterThanOrEqualTo(REQUESTS);
      assertThat(deployments.get()).isGreaterThanOrEqualTo(DEPLOYMENTS);
    } finally {
      visits.forEach(Visits::close);
      load.destroyForcibly().waitFor();
    }
  }

  private void tell(Counted counted, List<Visits.Tally> tallies, long nanos) {
    PromiseReport.tell(
        "T10",
        "%d deployments in %d s under load: %d keep-alive requests, each page checked: %d wrong, %d lost, p99 %d ms; %s"
            .formatted(
                deployments.get(),
                Duration.ofNanos(nanos).toSeconds(),
                counted.good() + counted.wrong(),
                counted.wrong(),
                counted.lost(),
                counted.p99Millis(),
                tallies.stream().map(Visits.Tally::toString).collect(Collectors.joining(", "))));
  }

  private List<Visits> visitors(Talker talker) {
    List<Visits> visits = new ArrayList<>();
    visits.add(Visits.begin("slow readers", CONVERSATIONS, talker::slowly));
    visits.add(Visits.begin("uploads", CONVERSATIONS, talker::upload));
    visits.add(Visits.begin("event streams", CONVERSATIONS, () -> talker.events(client)));
    visits.add(Visits.begin("WebSockets", CONVERSATIONS, () -> talker.converse(client)));
    return visits;
  }

  // ---- deployments ---------------------------------------------------------------------------

  private void deployAgainAndAgain(Target target, Function<String, Sample> saying) {
    for (int version = 1; deployments.get() < DEPLOYMENTS; version++) {
      String text = "version " + version;
      target.repository().push(saying.apply(text), text);
      host.api().deployed(target.id());
      deployments.incrementAndGet();
    }
  }

  private Target target(String name, Sample sample) {
    Repository repository = git.repository(name);
    repository.push(sample, "first");
    Map<String, Object> fields = new HashMap<>();
    fields.put("name", name);
    fields.put("repository", repository.url());
    fields.put("build", Map.of("type", "dockerfile"));
    fields.put("port", 8080);
    fields.put("healthCheck", Map.of("path", "/"));
    String id = host.api().create(fields);
    host.api().deployed(id);
    return new Target(id, name + ".localhost", repository);
  }

  /** The quickest origin at hand, so that the ingress is what is loaded. */
  private static Sample pages(String text) {
    return new Sample(
        Map.of(
            "Dockerfile",
            """
            FROM slipway-base/static:latest
            COPY nginx.conf /nginx.conf
            COPY www /www
            STOPSIGNAL SIGQUIT
            CMD ["nginx", "-c", "/nginx.conf"]
            """,
            "nginx.conf",
            Talker.resource("nginx.conf"),
            "www/index.html",
            text + "\n"));
  }

  // ---- the load of keep-alive clients ---------------------------------------------------------

  private record Counted(long good, long wrong, long lost, long p99Millis, String first) {}

  private Process keepAlive(Target pages, Path folder) throws IOException {
    Path script = Files.writeString(folder.resolve("pages.lua"), Talker.resource("pages.lua"));
    return new ProcessBuilder(
            "wrk",
            "-t1",
            "-c" + KEEP_ALIVE,
            "-d" + LOAD_SECONDS + "s",
            "--timeout",
            "20s",
            "-s",
            script.toString(),
            "-H",
            "Host: " + pages.hostName(),
            "http://127.0.0.1:" + host.httpPort() + "/")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("load.log").toFile())
        .start();
  }

  /** It counts on until the number is surely full, then ends with its sum. */
  private Counted awaitCount(Process load, Path folder) throws Exception {
    Until.holds(
        "the ingress has served " + REQUESTS + " pages",
        Duration.ofMinutes(4),
        Duration.ofMillis(500),
        () -> served() >= REQUESTS + REQUESTS / 50);
    // its way of being told to end and to count
    new ProcessBuilder("kill", "-INT", Long.toString(load.pid())).start().waitFor();
    assertThat(load.waitFor(40, TimeUnit.SECONDS)).as("wrk ends").isTrue();
    String said = Files.readString(folder.resolve("load.log"));
    String[] words =
        said.lines()
            .filter(l -> l.startsWith("COUNTED "))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("wrk counted nothing: " + said))
            .split(" ");
    String first = said.lines().filter(l -> l.startsWith("FIRST ")).findFirst().orElse("");
    return new Counted(
        Long.parseLong(words[1]),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Long.parseLong(words[4]),
        first);
  }

  /** What the ingress itself has counted so far. */
  private long served() {
    Matcher health = HEALTH.matcher(host.read("log/ingress.log"));
    if (!health.find()) {
      throw new IllegalStateException("the ingress does not tell where its figures are");
    }
    try (Wire wire = new Wire("127.0.0.1", Integer.parseInt(health.group(1)))) {
      return Json.read(wire.get("127.0.0.1", health.group(2)).body())
          .path("total")
          .path("requests")
          .asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
