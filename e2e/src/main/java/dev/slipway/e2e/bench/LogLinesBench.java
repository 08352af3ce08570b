package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.EngineSocket;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** 200,000 numbered lines as fast as they are printed: how fast, and is every one accounted for? */
final class LogLinesBench implements Measure {
  private static final int ROUNDS = 3;
  private static final int LINES = 200_000;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    Bench.App app = bench.app("burst", Lines.bursting(), Map.of());
    bench.api().deployed(app.id());
    String container = plainContainer(bench, app);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    long lost = 0;
    long uncounted = 0;
    for (int i = 0; i <= ROUNDS; i++) {
      Burst our = throughSocket(bench, app);
      double their = throughDocker(container);
      // the first round only warms both
      if (i > 0) {
        ours.add(our.perSecond());
        theirs.add(their);
      }
      lost += our.lost();
      uncounted += LINES - our.received() - our.lost();
      bench.say("200,000 lines: " + our + ", docker logs -f " + Row.number(their) + "/s");
    }
    Row speed =
        Row.atLeast(
            "200,000 lines as fast as printed",
            "lines/s",
            Figures.median(ours),
            "docker logs -f",
            Figures.median(theirs),
            0.9);
    return List.of(
        speed.with(Map.of("oursPerSecond", ours, "dockerPerSecond", theirs)),
        Row.figure("200,000 lines: lost (declared as gaps)", "lines", lost, "0", lost == 0),
        Row.figure(
            "200,000 lines: neither seen nor declared", "lines", uncounted, "0", uncounted == 0));
  }

  /** What a reader got of one burst. */
  private record Burst(long received, long lost, boolean inOrder, double perSecond) {}

  private static Burst throughSocket(Bench bench, Bench.App app) throws Exception {
    long next =
        bench
            .api()
            .get("/applications/" + app.id() + "/logs?tail=1")
            .expect(200)
            .json()
            .path("next")
            .asLong();
    try (Frames frames = new Frames(bench.api(), "/applications/" + app.id(), next, 65_536)) {
      long began = System.nanoTime();
      Thread printing = trigger("127.0.0.1", bench.host().httpPort(), app.hostName());
      long received = 0;
      long lost = 0;
      boolean inOrder = true;
      while (received + lost < LINES) {
        byte[] frame = frames.next();
        if (frame == null) {
          throw new IOException("the log ended");
        }
        long number = Lines.number(frame, "");
        if (number > 0) {
          received++;
          inOrder &= number == received + lost;
        } else {
          lost += Lines.lost(frame);
        }
      }
      double seconds = Figures.seconds(System.nanoTime() - began);
      printing.join();
      return new Burst(received, lost, inOrder, LINES / seconds);
    }
  }

  /** The same image without any platform: its log is nobody's but the engine's. */
  private static String plainContainer(Bench bench, Bench.App app) {
    String service = EngineSocket.services("dev.slipway.application=" + app.id()).getFirst();
    String image =
        EngineSocket.get("/services/" + service)
            .path("Spec")
            .path("TaskTemplate")
            .path("ContainerSpec")
            .path("Image")
            .asText();
    String id =
        Shell.run(
            "docker",
            "run",
            "-d",
            "--label",
            Bench.LABEL,
            "--name",
            "slipway-" + bench.name("bench-burst") + "-" + ProcessHandle.current().pid(),
            image);
    Until.holds(
        "the container answers",
        Duration.ofSeconds(20),
        Duration.ofMillis(20),
        () -> answers(address(id)));
    return id;
  }

  private static String address(String container) {
    return EngineSocket.get("/containers/" + container + "/json")
        .path("NetworkSettings")
        .path("Networks")
        .path("bridge")
        .path("IPAddress")
        .asText();
  }

  private static boolean answers(String address) {
    try (Bench.Asker asker = new Bench.Asker(address, 8080, "localhost")) {
      return !asker.text().isEmpty();
    }
  }

  private static double throughDocker(String container) throws Exception {
    Process docker =
        new ProcessBuilder("docker", "logs", "-f", "--tail", "0", container)
            .redirectErrorStream(true)
            .start();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(docker.getInputStream(), StandardCharsets.US_ASCII), 65_536)) {
      // --tail 0 begins when the engine has opened the file: a first line proves that it has
      trigger(address(container), 8080, "localhost").join();
      drain(reader);
      long began = System.nanoTime();
      Thread printing = trigger(address(container), 8080, "localhost");
      drain(reader);
      double seconds = Figures.seconds(System.nanoTime() - began);
      printing.join();
      return LINES / seconds;
    } finally {
      docker.destroyForcibly();
    }
  }

  private static void drain(BufferedReader reader) throws IOException {
    String last = Integer.toString(LINES);
    for (String line = reader.readLine(); !last.equals(line); line = reader.readLine()) {
      if (line == null) {
        throw new IOException("docker logs ended");
      }
    }
  }

  private static Thread trigger(String address, int port, String hostName) {
    return Thread.ofVirtual()
        .start(() -> {
          try (Wire wire = new Wire(address, port)) {
            wire.get(hostName, "/cgi-bin/burst");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
