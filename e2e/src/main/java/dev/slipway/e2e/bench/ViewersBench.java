package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A thousand viewers of one log: what each of them costs the platform. */
final class ViewersBench implements Measure {
  private static final int VIEWERS = 1_000;
  private static final int SECONDS = 10;
  private static final int LINES_PER_SECOND = 10;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    Bench.App app = bench.app("viewed", Lines.telling(1_000 / LINES_PER_SECOND), Map.of());
    bench.api().deployed(app.id());
    Set<Long> pids = Set.of(bench.host().platformPid().orElseThrow());
    List<Frames> viewers = new ArrayList<>();
    LongAdder lines = new LongAdder();
    try {
      watch(bench, app, viewers, lines);
      double cpuOfOne = processor(pids);
      double before = Footprint.megabytes(pids);
      for (int i = 1; i < VIEWERS; i++) {
        watch(bench, app, viewers, lines);
      }
      long target = lines.sum() + 3L * VIEWERS;
      Until.holds(
          "every viewer sees lines",
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          () -> lines.sum() > target);
      long seen = lines.sum();
      double cpu = processor(pids);
      long perSecond = (lines.sum() - seen) / SECONDS;
      double after = Footprint.megabytes(pids);
      return List.of(row(bench, before, after, cpuOfOne, cpu, perSecond));
    } finally {
      for (Frames viewer : viewers) {
        viewer.close();
      }
    }
  }

  private static Row row(
      Bench bench, double before, double after, double cpuOfOne, double cpu, long perSecond) {
    double kilobytes = Math.max(0, (after - before) * 1024 / (VIEWERS - 1));
    bench.say(
        "1,000 viewers: %.0f MB with one, %.0f MB with all; %.1f %% and %.1f %% of a core; %d lines/s"
            .formatted(before, after, cpuOfOne, cpu, perSecond));
    return Row.figure(
            "1,000 viewers of one log: memory of each",
            "KB",
            kilobytes,
            "< 50 KB",
            kilobytes < 50 && perSecond >= 0.9 * VIEWERS * LINES_PER_SECOND)
        .with(
            Map.of(
                "megabytesWithOne", before,
                "megabytesWithAll", after,
                "processorPercentWithOne", cpuOfOne,
                "processorPercentWithAll", cpu,
                "linesPerSecond", perSecond));
  }

  private static double processor(Set<Long> pids) throws InterruptedException {
    double before = Footprint.processorSeconds(pids);
    TimeUnit.SECONDS.sleep(SECONDS);
    return 100 * (Footprint.processorSeconds(pids) - before) / SECONDS;
  }

  private static void watch(Bench bench, Bench.App app, List<Frames> viewers, LongAdder lines)
      throws IOException {
    Frames frames = new Frames(bench.api(), "/applications/" + app.id(), 0, 1024);
    viewers.add(frames);
    Thread.ofVirtual().start(() -> count(frames, lines));
  }

  private static void count(Frames frames, LongAdder lines) {
    try {
      while (frames.next() != null) {
        lines.increment();
      }
    } catch (IOException e) {
      // the measure is over and has closed the socket; a viewer lost before shows in the sum
    }
  }
}
