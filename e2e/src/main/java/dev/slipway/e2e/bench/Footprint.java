package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What processes take of the machine, as the kernel counts it. */
final class Footprint {
  /** The kernel's clock ticks a second, the same on every Linux that Java runs on. */
  private static final double TICKS = 100.0;

  private Footprint() {}

  /** All processes of a platform: both JVMs, PostgreSQL and everything they started. */
  static Set<Long> of(SlipwayHost host) {
    Set<Long> pids = new TreeSet<>();
    host.processes().stream()
        .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
        .forEach(process -> pids.add(process.pid()));
    return pids;
  }

  /** Proportional set size in megabytes: shared pages are counted once over all. */
  static double megabytes(Set<Long> pids) {
    return pids.stream().mapToLong(pid -> field(pid, "smaps_rollup", "Pss:")).sum() / 1024.0;
  }

  /** The same for each process by what it is. */
  static Map<String, Double> byProcess(Set<Long> pids) {
    Map<String, Double> sizes = new LinkedHashMap<>();
    for (long pid : pids) {
      sizes.merge(nameOf(pid), field(pid, "smaps_rollup", "Pss:") / 1024.0, Double::sum);
    }
    return sizes;
  }

  /** Processor seconds used so far. */
  static double processorSeconds(Set<Long> pids) {
    double ticks = 0;
    for (long pid : pids) {
      String stat = read(pid, "stat");
      // the name in brackets may hold spaces, so fields count from behind it
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
      if (fields.length > 12) {
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
    }
    return ticks / TICKS;
  }

  /** The same for each process by what it is. */
  static Map<String, Double> processorSecondsByProcess(Set<Long> pids) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (long pid : pids) {
      seconds.merge(nameOf(pid), processorSeconds(Set.of(pid)), Double::sum);
    }
    return seconds;
  }

  private static String nameOf(long pid) {
    String line = read(pid, "cmdline").replace('\0', ' ');
    return line.contains("StandaloneMain")
        ? "platform"
        : line.contains("IngressMain") ? "ingress" : line.contains("postgres") ? "postgres" : line;
  }

  private static long field(long pid, String file, String field) {
    return read(pid, file)
        .lines()
        .filter(line -> line.startsWith(field))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (NoSuchFileException e) {
      return ") "; // it ended meanwhile and takes nothing any more
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
