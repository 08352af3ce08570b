package dev.slipway.e2e.bench;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The whole platform left alone: both JVMs and PostgreSQL. */
final class IdleBench implements Measure {
  private static final int SETTLE_SECONDS = 20;
  private static final int SECONDS = 30;

  @Override
  public List<Row> take(Bench bench) throws InterruptedException {
    bench.say("idle: leaving the platform alone for " + (SETTLE_SECONDS + SECONDS) + " s");
    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
    Set<Long> pids = Footprint.of(bench.host());
    Map<String, Double> before = Footprint.processorSecondsByProcess(pids);
    long began = System.nanoTime();
    TimeUnit.SECONDS.sleep(SECONDS);
    double seconds = Figures.seconds(System.nanoTime() - began);
    Map<String, Double> percents = Footprint.processorSecondsByProcess(pids);
    percents.replaceAll((name, used) -> 100 * (used - before.getOrDefault(name, 0.0)) / seconds);
    double percent = percents.values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> sizes = Footprint.byProcess(pids);
    double megabytes = Footprint.megabytes(pids);
    bench.say("idle: MB " + sizes + ", % of a core " + percents);
    return List.of(
        Row.figure(
                "idle memory, platform + PostgreSQL + ingress",
                "MB PSS",
                megabytes,
                "<= 300 MB",
                megabytes <= 300)
            .with(Map.of("megabytes", sizes)),
        Row.figure("idle processor", "% of a core", percent, "<= 1 %", percent <= 1)
            .with(Map.of("percents", percents)));
  }
}
