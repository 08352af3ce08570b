package dev.slipway.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.EngineSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** From the moment a line is printed to the moment a reader has it. */
final class LogLatencyBench implements Measure {
  private static final int ROUNDS = 3;
  private static final int LINES = 400;

  @Override
  public List<Row> take(Bench bench) throws IOException {
    Bench.App app = bench.app("latency", Lines.telling(10), Map.of());
    bench.api().deployed(app.id());
    String service = EngineSocket.services("dev.slipway.application=" + app.id()).getFirst();
    String container = EngineSocket.containers(service).getFirst();
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    throughSocket(bench, app, new ArrayList<>());
    for (int i = 0; i < ROUNDS; i++) {
      throughSocket(bench, app, ours);
      throughDocker(container, theirs);
    }
    return List.of(row(bench, "p50", 50, 2, ours, theirs), row(bench, "p99", 99, 10, ours, theirs));
  }

  private static Row row(
      Bench bench,
      String name,
      double percent,
      double goal,
      List<Double> ours,
      List<Double> theirs) {
    double our = Figures.percentile(ours, percent);
    double their = Figures.percentile(theirs, percent);
    bench.say("log latency " + name + ": " + our + " ms, docker logs -f " + their + " ms");
    return new Row(
        "runtime log: print to socket, " + name,
        Row.number(our) + " ms",
        Row.number(their) + " ms docker logs -f",
        our / their,
        "<= " + Row.number(goal) + " ms",
        our <= goal,
        Map.of("ours", our, "yardstick", their, "lines", ours.size()));
  }

  private static void throughSocket(Bench bench, Bench.App app, List<Double> millis)
      throws IOException {
    JsonNode newest =
        bench.api().get("/applications/" + app.id() + "/logs?tail=1").expect(200).json();
    try (Frames frames =
        new Frames(bench.api(), "/applications/" + app.id(), newest.path("next").asLong(), 8192)) {
      int skipped = 0;
      for (int seen = 0; seen < LINES; ) {
        byte[] frame = frames.next();
        if (frame == null) {
          throw new IOException("the log ended");
        }
        long now = micros();
        long printed = Lines.number(frame, "t ");
        // what was stored before this reader came is not live
        if (printed > 0 && skipped++ > 20) {
          millis.add((now - printed) / 1000.0);
          seen++;
        }
      }
    }
  }

  private static void throughDocker(String container, List<Double> millis) throws IOException {
    Process docker =
        new ProcessBuilder("docker", "logs", "-f", "--tail", "0", container)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(docker.getInputStream(), StandardCharsets.UTF_8))) {
      int skipped = 0;
      for (int seen = 0; seen < LINES; ) {
        String line = reader.readLine();
        long now = micros();
        if (line == null) {
          throw new IOException("docker logs ended");
        }
        if (line.startsWith("t ") && skipped++ > 20) {
          millis.add((now - Long.parseLong(line.substring(2))) / 1000.0);
          seen++;
        }
      }
    } finally {
      docker.destroyForcibly();
    }
  }

  private static long micros() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
