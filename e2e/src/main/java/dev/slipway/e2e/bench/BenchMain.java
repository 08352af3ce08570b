package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Json;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the figures of the budget table: all of them, or those named. Ends with 0 when every figure
 * could be taken, whatever it says; with 1 when one could not; with 2 for a name nobody knows.
 */
public final class BenchMain {
  /**
   * In this order: what needs a quiet, empty platform comes first, what leaves much behind last.
   */
  private static final Map<String, Measure> MEASURES = new LinkedHashMap<>();

  static {
    MEASURES.put("idle", new IdleBench());
    MEASURES.put("start", new StartBench());
    MEASURES.put("deploy", new DeployBench());
    MEASURES.put("rollback", new RollbackBench());
    MEASURES.put("log-latency", new LogLatencyBench());
    MEASURES.put("log-lines", new LogLinesBench());
    MEASURES.put("viewers", new ViewersBench());
    MEASURES.put("ingress", new IngressBench());
    MEASURES.put("switch", new SwitchBench());
    MEASURES.put("ten", new TenAtOnceBench());
    MEASURES.put("resume", new ResumeBench());
    MEASURES.put("list", new ListBench());
    MEASURES.put("create", new CreateBench());
    MEASURES.put("backup", new BackupBench());
  }

  private BenchMain() {}

  public static void main(String[] names) throws IOException {
    for (String name : names) {
      if (!MEASURES.containsKey(name)) {
        System.err.println("bench: there is no '" + name + "'; known are " + MEASURES.keySet());
        System.exit(2);
      }
    }
    Set<String> wanted = names.length == 0 ? MEASURES.keySet() : Set.of(names);
    needTools();
    needBaseImages();
    List<Row> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    try (Bench bench = Bench.start()) {
      for (var measure : MEASURES.entrySet()) {
        if (wanted.contains(measure.getKey())) {
          take(bench, measure.getKey(), measure.getValue(), rows, failures);
        }
      }
    }
    report(rows, failures);
    System.exit(failures.isEmpty() ? 0 : 1);
  }

  private static void take(
      Bench bench, String name, Measure measure, List<Row> rows, List<String> failures) {
    bench.say("--- " + name);
    try {
      List<Row> taken = measure.take(bench);
      taken.forEach(row -> System.out.println(row.line()));
      rows.addAll(taken);
    } catch (Exception e) {
      // one figure that cannot be taken must not cost the others
      failures.add(name + ": " + e);
      bench.say(name + " could not be taken: " + e);
      e.printStackTrace();
    }
  }

  private static void report(List<Row> rows, List<String> failures) throws IOException {
    System.out.println();
    rows.forEach(row -> System.out.println(row.line()));
    failures.forEach(failure -> System.out.println("NOT TAKEN  " + failure));
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
    Path file = SlipwayHost.home().resolve("bench/results/" + time + ".json");
    Files.createDirectories(file.resolve(".."));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("takenAt", Instant.now().toString());
    result.put("processors", Runtime.getRuntime().availableProcessors());
    result.put("java", Runtime.version().toString());
    result.put("engine", Shell.run("docker", "version", "--format", "{{.Server.Version}}"));
    result.put("rows", rows);
    result.put("notTaken", failures);
    Files.writeString(file, Json.pretty(result) + "\n");
    System.out.println("written to " + file);
  }

  /** wrk and nginx are yardsticks of this bench alone, so it fetches them itself. */
  private static void needTools() {
    Map<String, String> packages = Map.of("wrk", "wrk", "nginx", "nginx-light");
    for (var tool : packages.entrySet()) {
      if (!Shell.tryRun(
              null,
              Map.of(),
              Duration.ofSeconds(10),
              List.of("sh", "-c", "PATH=$PATH:/usr/sbin command -v " + tool.getKey()))
          .ok()) {
        System.err.println("bench: installing " + tool.getValue());
        Shell.tryRun(
            null,
            // the run level keeps the package from starting a server of its own
            Map.of("DEBIAN_FRONTEND", "noninteractive", "RUNLEVEL", "1"),
            Duration.ofMinutes(5),
            List.of("apt-get", "install", "-y", "-q", "--no-install-recommends", tool.getValue()));
      }
    }
  }

  /** The images that the measured applications are built on; made where no registry answers. */
  private static void needBaseImages() {
    Shell.Outcome made =
        Shell.tryRun(
            SlipwayHost.home(),
            Map.of(),
            Duration.ofMinutes(20),
            List.of("scripts/base-images.sh", "busybox", "node", "static", "postgres"));
    if (!made.ok()) {
      throw new IllegalStateException("the base images are missing: " + made.output());
    }
  }
}
