package dev.slipway.e2e.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A backup of a PostgreSQL database of about two gigabytes, from its tool's start to its object's
 * end, beside the same by hand: {@code docker exec … pg_dump | zstd}. Its proof comes after it and
 * is told apart; what the platform's memory rises by is taken over both.
 */
final class BackupBench implements Measure {
  private static final int ROUNDS = 4;

  /** Of 200 bytes each. */
  private static final long ROWS = Long.getLong("slipway.bench.rows", 10_000_000);

  private static final Duration LIMIT = Duration.ofMinutes(15);
  private static final double MEMORY_MB = 64;

  @Override
  public List<Row> take(Bench bench) throws Exception {
    needs("zstd");
    String name = bench.name("ledger");
    JsonNode database =
        bench
            .api()
            .post("/databases", Map.of("name", name, "engine", "postgresql", "version", "17"))
            .expect(202)
            .json();
    String id = database.path("id").asText();
    succeeded(
        bench,
        "/databases/" + id + "/work/" + database.path("work").path("id").asText(),
        "success");
    String container = containerOf(id);
    fill(container);
    List<Double> byHand = new ArrayList<>();
    List<Double> ours = new ArrayList<>();
    List<Double> proofs = new ArrayList<>();
    List<Double> rises = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      // who goes first changes: the first of a pair finds what the one before it left behind
      if (i % 2 == 0) {
        byHand.add(byHand(bench, container));
      }
      double before = Footprint.megabytes(platform(bench));
      JsonNode backup = backedUp(bench, id, rises, before);
      if (i % 2 == 1) {
        byHand.add(byHand(bench, container));
      }
      ours.add(between(backup, "startedAt", "storedAt"));
      proofs.add(between(backup, "storedAt", "verifiedAt"));
      bench.say(
          "backup: by hand %.1f s, ours %.1f s, proven after %.1f s more, memory +%.0f MB, %,d bytes"
              .formatted(
                  byHand.getLast(),
                  ours.getLast(),
                  proofs.getLast(),
                  rises.getLast(),
                  backup.at("/manifest/plainBytes").asLong()));
    }
    double rise = Figures.percentile(rises, 100);
    return List.of(
        Row.atLeast(
                "backup of a database of 2 GB",
                "/min",
                60 / Figures.median(ours),
                "pg_dump | zstd by hand",
                60 / Figures.median(byHand),
                0.9)
            .with(Map.of("byHand", byHand, "seconds", ours, "proofs", proofs)),
        Row.figure("  memory of the platform over it", "MB more", rise, "< 64 MB", rise < MEMORY_MB)
            .with(Map.of("rises", rises)));
  }

  private static void fill(String container) {
    String row =
        "select i as id, md5(i::text) || md5((i * 7)::text) || md5((i * 13)::text) || repeat(md5((i % 1000)::text), 2)"
            + " as text from generate_series(1, "
            + ROWS
            + ") i";
    inside(
        container,
        "psql -qAt -U \"$POSTGRES_USER\" -d \"$POSTGRES_DB\" -c 'create table entry as "
            + row
            + "' -c 'vacuum entry'"); // or whoever reads it first would write what it leaves undone
  }

  private static double byHand(Bench bench, String container) {
    Path file = bench.folder().resolve("by-hand.zst");
    long began = System.nanoTime();
    run(
        "docker exec "
            + container
            + " sh -c 'pg_dump -Fc -Z0 -U \"$POSTGRES_USER\" \"$POSTGRES_DB\"' | zstd -q -3 -f -o "
            + file);
    double seconds = Figures.seconds(System.nanoTime() - began);
    Shell.run("rm", "-f", file.toString());
    return seconds;
  }

  private static JsonNode backedUp(Bench bench, String id, List<Double> rises, double before)
      throws InterruptedException {
    String backup =
        bench
            .api()
            .post("/backups", Map.of("databaseId", id))
            .expect(202)
            .json()
            .path("id")
            .asText();
    double most = before;
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      most = Math.max(most, Footprint.megabytes(platform(bench)));
      JsonNode now = bench.api().get("/backups/" + backup).expect(200).json();
      switch (now.path("status").asText()) {
        case "verified" -> {
          rises.add(most - before);
          return now;
        }
        case "failed", "cancelled" -> throw new IllegalStateException(now.toPrettyString());
        default -> {
          if (System.nanoTime() > end) {
            throw new IllegalStateException("not verified: " + now.toPrettyString());
          }
          TimeUnit.MILLISECONDS.sleep(200);
        }
      }
    }
  }

  /** The JVM that backs up; its database's share is PostgreSQL's own. */
  private static Set<Long> platform(Bench bench) {
    return bench.host().processes().stream()
        .filter(process -> process.info().commandLine().orElse("").contains("StandaloneMain"))
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private static double between(JsonNode backup, String from, String to) {
    return Duration.between(
                Instant.parse(backup.path(from).asText()), Instant.parse(backup.path(to).asText()))
            .toMillis()
        / 1000.0;
  }

  private static void succeeded(Bench bench, String path, String status) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < end) {
      JsonNode work = bench.api().get(path + "?wait=30").expect(200).json();
      if (work.path("status").asText().equals(status)) {
        return;
      }
      if (work.path("status").asText().equals("failed")) {
        throw new IllegalStateException(work.toPrettyString());
      }
    }
    throw new IllegalStateException(path + " did not become " + status);
  }

  private static String containerOf(String database) {
    return Shell.run("docker", "ps", "-q", "--filter", "label=dev.slipway.database=" + database)
        .lines()
        .findFirst()
        .orElseThrow();
  }

  private static void inside(String container, String script) {
    Shell.Outcome done =
        Shell.tryRun(
            null, Map.of(), LIMIT, List.of("docker", "exec", container, "sh", "-c", script));
    if (!done.ok()) {
      throw new IllegalStateException(done.output());
    }
  }

  private static void run(String script) {
    Shell.Outcome done =
        Shell.tryRun(null, Map.of(), LIMIT, List.of("bash", "-o", "pipefail", "-c", script));
    if (!done.ok()) {
      throw new IllegalStateException(done.output());
    }
  }

  private static void needs(String tool) {
    if (!Shell.tryRun(null, Map.of(), LIMIT, List.of("sh", "-c", "command -v " + tool)).ok()) {
      Shell.tryRun(
          null,
          Map.of("DEBIAN_FRONTEND", "noninteractive"),
          LIMIT,
          List.of("apt-get", "install", "-y", "-q", "--no-install-recommends", tool));
    }
  }
}
