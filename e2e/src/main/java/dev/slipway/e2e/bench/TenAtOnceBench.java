package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Ten applications deployed at once; by script the same ten, one after the other. */
final class TenAtOnceBench implements Measure {
  private static final int APPLICATIONS = 10;
  private static final int ROUNDS = 2;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    List<Bench.App> apps = new ArrayList<>();
    for (int i = 0; i < APPLICATIONS; i++) {
      Bench.App app = bench.saying("ten", "text 0");
      bench.api().deployed(app.id());
      apps.add(app);
    }
    ByScript script = ByScript.service(bench, apps.getFirst().repository().url());
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      for (Bench.App app : apps) {
        String text = app.name() + " round " + round;
        app.repository().push(Sample.saying(text), text);
      }
      ours.add(atOnce(bench, apps, round));
      theirs.add(inARow(script, apps, round));
      bench.say("ten at once: " + Figures.list(ours) + " in a row " + Figures.list(theirs));
    }
    return List.of(
        Row.atMost(
                "ten applications deployed at once",
                "s",
                Figures.median(ours),
                "by script in a row",
                Figures.median(theirs),
                0.8)
            .with(Map.of("oursSeconds", ours, "scriptSeconds", theirs)));
  }

  private static double atOnce(Bench bench, List<Bench.App> apps, int round) throws Exception {
    long began = System.nanoTime();
    double seconds;
    List<String> ids = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> served = new ArrayList<>();
      for (Bench.App app : apps) {
        ids.add(bench.api().deploy(app.id()));
        served.add(threads.submit(() -> bench.awaitText(app, app.name() + " round " + round)));
      }
      for (Future<?> one : served) {
        one.get();
      }
      seconds = Figures.seconds(System.nanoTime() - began);
    }
    ids.forEach(bench.api()::succeeded);
    return seconds;
  }

  private static double inARow(ByScript script, List<Bench.App> apps, int round) {
    long nanos = 0;
    for (Bench.App app : apps) {
      nanos += script.deploy(app.repository().url(), app.name() + " round " + round);
    }
    script.settle();
    return Figures.seconds(nanos);
  }
}
