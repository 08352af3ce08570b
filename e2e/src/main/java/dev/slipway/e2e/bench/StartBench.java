package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** From {@code ./slipway up} to the first 200 of the health path, on a warm disk. */
final class StartBench implements Measure {
  private static final int ROUNDS = 5;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      bench.host().down();
      long began = System.nanoTime();
      CompletableFuture<Void> up = CompletableFuture.runAsync(() -> bench.host().up());
      Until.holds(
          "the health path answers 200",
          Duration.ofSeconds(90),
          Duration.ofMillis(5),
          () -> healthy(bench.host().apiPort()));
      seconds.add(Figures.seconds(System.nanoTime() - began));
      up.get(2, TimeUnit.MINUTES);
    }
    bench.say("start: " + Figures.list(seconds));
    double median = Figures.median(seconds);
    return List.of(
        Row.figure("start to the first 200 on /api/health", "s", median, "<= 3 s", median <= 3)
            .with(Map.of("seconds", seconds)));
  }

  private static boolean healthy(int port) {
    try (Wire wire = new Wire("127.0.0.1", port)) {
      return wire.get("localhost", "/api/health").status() == 200;
    } catch (IOException e) {
      return false; // nobody listens yet
    }
  }
}
