package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Killed in the middle of a deployment: how long until the same deployment has finished? */
final class ResumeBench implements Measure {
  private static final int ROUNDS = 3;

  @Override
  public List<Row> take(Bench bench) {
    Bench.App app = bench.saying("resume", "text 0");
    bench.api().deployed(app.id());
    List<Double> seconds = new ArrayList<>();
    for (int i = 1; i <= ROUNDS; i++) {
      String text = "text " + i;
      app.repository().push(Sample.saying(text), text);
      String id = bench.api().deploy(app.id());
      Until.holds(
          "it has begun",
          Duration.ofSeconds(20),
          Duration.ofMillis(2),
          () ->
              !bench
                  .api()
                  .get("/deployments/" + id)
                  .expect(200)
                  .json()
                  .path("status")
                  .asText()
                  .equals("pending"));
      bench.host().killPlatform();
      long killed = System.nanoTime();
      bench.host().up();
      long up = System.nanoTime();
      bench.api().succeeded(id);
      seconds.add(Figures.seconds(System.nanoTime() - up));
      bench.say(
          "resume: up again after %.1f s, finished %.1f s later"
              .formatted(Figures.seconds(up - killed), seconds.getLast()));
    }
    double worst = Figures.percentile(seconds, 100);
    return List.of(
        Row.figure(
                "kill -9 in a deployment: up again to finished",
                "s",
                worst,
                "<= 10 s to resume",
                worst <= 10)
            .with(Map.of("seconds", seconds)));
  }
}
