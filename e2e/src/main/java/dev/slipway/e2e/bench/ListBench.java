package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.house.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Fifty applications listed over 32 connections, beside a bare handler of the same query. */
final class ListBench implements Measure {
  private static final int ROUNDS = 3;
  private static final int SECONDS = 5;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    for (int i = 0; i < 50; i++) {
      bench
          .api()
          .create(
              Map.of("name", bench.name("listed"), "repository", "http://127.0.0.1:1/none.git"));
    }
    int port = freePort();
    Process bare = startBare(bench, port);
    try {
      String key = "x-api-key: " + bench.api().key();
      String list = "http://127.0.0.1:" + bench.host().apiPort() + "/api/applications?limit=50";
      String yardstick = "http://127.0.0.1:" + port + "/";
      // as long as a JVM needs to compile what is hot: ours has run for a while, the bare one has
      // not
      Load.run(32, 5, list, "-H", key);
      Load.run(32, 10, yardstick);
      List<Load> ours = new ArrayList<>();
      List<Load> theirs = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        ours.add(Load.run(32, SECONDS, list, "-H", key));
        theirs.add(Load.run(32, SECONDS, yardstick));
      }
      return List.of(row(bench, ours, theirs));
    } finally {
      bare.destroyForcibly().waitFor();
    }
  }

  private static Row row(Bench bench, List<Load> ours, List<Load> theirs) {
    for (Load load : ours) {
      if (load.failed() > 0) {
        throw new IllegalStateException("the list failed: " + load.said());
      }
    }
    List<Double> rates = ours.stream().map(Load::perSecond).toList();
    List<Double> bareRates = theirs.stream().map(Load::perSecond).toList();
    double p99 = Figures.median(ours.stream().map(Load::p99Millis).toList());
    bench.say(
        "list: " + Figures.list(rates) + " p99 " + p99 + " ms, bare " + Figures.list(bareRates));
    return Row.atLeast(
            "list 50 applications, 32 connections",
            "requests/s",
            Figures.median(rates),
            "bare handler",
            Figures.median(bareRates),
            0.5)
        .with(Map.of("oursPerSecond", rates, "barePerSecond", bareRates, "p99Millis", p99));
  }

  /** With the flags of the platform's own JVM, so that only the handlers differ. */
  private static Process startBare(Bench bench, int port) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-Xms32m",
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dvertx.disableDnsResolver=true",
                "-cp",
                System.getProperty("java.class.path"),
                BareList.class.getName(),
                Integer.toString(port),
                bench.host().read("database.url"))
            .redirectErrorStream(true)
            .redirectOutput(bench.folder().resolve("bare.log").toFile())
            .start();
    Until.holds(
        "the bare handler answers",
        Duration.ofSeconds(20),
        Duration.ofMillis(50),
        () -> answers(port));
    return process;
  }

  private static boolean answers(int port) {
    try (Wire wire = new Wire("127.0.0.1", port)) {
      return wire.get("localhost", "/").status() == 200;
    } catch (IOException e) {
      return false; // nobody listens yet
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
