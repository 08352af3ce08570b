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
    double before = Footprint.processorSeconds(pids);
    long began = System.nanoTime();
    TimeUnit.SECONDS.sleep(SECONDS);
    double used = Footprint.processorSeconds(pids) - before;
    double percent = 100 * used / Figures.seconds(System.nanoTime() - began);
    Map<String, Double> sizes = Footprint.byProcess(pids);
    double megabytes = Footprint.megabytes(pids);
    bench.say("idle: " + sizes);
    return List.of(
        Row.figure(
                "idle memory, platform + PostgreSQL + ingress",
                "MB PSS",
                megabytes,
                "<= 300 MB",
                megabytes <= 300)
            .with(Map.of("megabytes", sizes)),
        Row.figure("idle processor", "% of a core", percent, "<= 1 %", percent <= 1));
  }
}
