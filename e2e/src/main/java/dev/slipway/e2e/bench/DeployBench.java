package dev.slipway.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Request to serving: a changed commit, and nothing changed; the same by script in turns. */
final class DeployBench implements Measure {
  private static final int PAIRS = 7;

  @Override
  public List<Row> take(Bench bench) {
    Bench.App app = bench.saying("deploy", "text 0");
    bench.api().deployed(app.id());
    ByScript script = ByScript.service(bench, app.repository().url());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 1; i <= PAIRS; i++) {
      String text = "text " + i;
      app.repository().push(Sample.saying(text), text);
      // who goes first changes, for the second finds the engine's caches warm
      if (i % 2 == 0) {
        ours.add(deploy(bench, app, text));
        theirs.add(byScript(script, app, text));
      } else {
        theirs.add(byScript(script, app, text));
        ours.add(deploy(bench, app, text));
      }
      bench.say("deploy, changed: " + Figures.list(ours) + " by script " + Figures.list(theirs));
    }
    Row changed = row("deploy, changed commit, trivial Dockerfile", ours, theirs, 1.0);
    return List.of(changed, unchanged(bench, app, script));
  }

  private static Row unchanged(Bench bench, Bench.App app, ByScript script) {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = 1; i <= PAIRS; i++) {
      long began = System.nanoTime();
      bench.api().deployed(app.id());
      ours.add(Figures.seconds(System.nanoTime() - began));
      theirs.add(Figures.seconds(script.deployUnchanged(app.repository().url())));
      script.settle();
      bench.say("deploy, unchanged: " + Figures.list(ours) + " by script " + Figures.list(theirs));
    }
    return row("deploy, nothing changed", ours, theirs, 0.75);
  }

  private static double deploy(Bench bench, Bench.App app, String text) {
    long began = System.nanoTime();
    String id = bench.api().deploy(app.id());
    bench.awaitText(app, text);
    double seconds = Figures.seconds(System.nanoTime() - began);
    bench.say("  " + steps(bench.api().succeeded(id)));
    return seconds;
  }

  private static double byScript(ByScript script, Bench.App app, String text) {
    double seconds = Figures.seconds(script.deploy(app.repository().url(), text));
    script.settle();
    return seconds;
  }

  private static Row row(String what, List<Double> ours, List<Double> theirs, double goal) {
    return Row.atMost(what, "s", Figures.median(ours), "by script", Figures.median(theirs), goal)
        .with(Map.of("oursSeconds", ours, "scriptSeconds", theirs));
  }

  /** Where the time went, as the deployment itself tells it. */
  private static String steps(JsonNode deployment) {
    StringBuilder text = new StringBuilder();
    Instant before = Instant.parse(deployment.path("createdAt").asText());
    for (JsonNode step : deployment.path("steps")) {
      if (step.path("completedAt").isTextual()) {
        Instant end = Instant.parse(step.path("completedAt").asText());
        text.append(step.path("name").asText())
            .append(' ')
            .append(Duration.between(before, end).toMillis())
            .append(" ms, ");
        before = end;
      }
    }
    return text.append("then to the visitor").toString();
  }
}
