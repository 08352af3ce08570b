package dev.slipway.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rollback to the warm release and to a cold one, beside {@code docker service rollback}. */
final class RollbackBench implements Measure {
  private static final int ROUNDS = 6;

  @Override
  public List<Row> take(Bench bench) {
    Bench.App app = bench.saying("rollback", "A");
    JsonNode a = bench.api().deployed(app.id());
    ByScript script = ByScript.service(bench, app.repository().url());
    app.repository().push(Sample.saying("B"), "B");
    JsonNode b = bench.api().deployed(app.id());
    script.deploy(app.repository().url(), "B");

    List<Double> warm = new ArrayList<>();
    List<Double> cold = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      boolean toA = i % 2 == 0;
      script.settle();
      theirs.add(Figures.seconds(script.rollback(toA ? "A" : "B")));
      warm.add(rollback(bench, app, toA ? a : b, toA ? "A" : "B"));
    }
    bench.say("rollback, warm: " + Figures.list(warm) + " docker " + Figures.list(theirs));
    bench.api().patch("/applications/" + app.id(), Map.of("keepWarmSeconds", 0)).expect(200);
    // rolling back brings the kept configuration back as well, so both releases are made anew
    a = deploy(bench, app, "A0");
    b = deploy(bench, app, "B0");
    for (int i = 0; i < ROUNDS; i++) {
      boolean toA = i % 2 == 0;
      JsonNode target = toA ? a : b;
      awaitCold(app);
      cold.add(rollback(bench, app, target, toA ? "A0" : "B0"));
    }
    bench.say("rollback, cold: " + Figures.list(cold));
    double yardstick = Figures.median(theirs);
    double quickest = Figures.median(warm);
    return List.of(
        new Row(
            "rollback to the warm release",
            Row.number(quickest) + " s",
            Row.number(yardstick) + " s docker service rollback",
            quickest / yardstick,
            "<= 0.1 s",
            quickest <= 0.1,
            Map.of("oursSeconds", warm, "dockerSeconds", theirs)),
        Row.atMost(
                "rollback to a cold release",
                "s",
                Figures.median(cold),
                "docker service rollback",
                yardstick,
                1.15)
            .with(Map.of("oursSeconds", cold, "dockerSeconds", theirs)));
  }

  private static JsonNode deploy(Bench bench, Bench.App app, String text) {
    app.repository().push(Sample.saying(text), text);
    return bench.api().deployed(app.id());
  }

  private static double rollback(Bench bench, Bench.App app, JsonNode to, String text) {
    long began = System.nanoTime();
    String id =
        bench
            .api()
            .post("/deployments/" + to.path("id").asText() + "/rollback", Map.of())
            .expect(202)
            .json()
            .path("id")
            .asText();
    bench.awaitText(app, text);
    double seconds = Figures.seconds(System.nanoTime() - began);
    bench.api().succeeded(id);
    return seconds;
  }

  /** A release is called cold a moment before its tasks are gone: they are what counts. */
  private static void awaitCold(Bench.App app) {
    Until.holds(
        "only the serving release runs",
        Duration.ofSeconds(60),
        Duration.ofMillis(100),
        () ->
            EngineSocket.services("dev.slipway.application=" + app.id()).stream()
                    .mapToInt(service -> EngineSocket.containers(service).size())
                    .sum()
                == 1);
  }
}
