package dev.slipway.docker.java;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Control groups as files, in both versions. */
final class Cgroups {
  private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final long PERIOD_MICROS = 100_000;

  /** More than any compiler starts, and less than what keeps a host from starting a shell. */
  private static final String MOST_PROCESSES = "4096";

  private Cgroups() {}

  private static boolean unified() {
    return Files.exists(ROOT.resolve("cgroup.controllers"));
  }

  /** Makes a group; the directories below which the engine's groups with our limits will appear. */
  static List<Path> make(String group) throws IOException {
    if (!unified()) {
      return List.of(
          Files.createDirectories(ROOT.resolve("memory").resolve(group)),
          Files.createDirectories(ROOT.resolve("cpu").resolve(group)));
    }
    var made = Files.createDirectories(ROOT.resolve(group));
    for (var level = ROOT; ; level = level.resolve(ROOT.relativize(made).getName(depth(level)))) {
      // One by one: a controller that is missing must not take the others with it.
      for (var controller : List.of("memory", "cpu", "pids")) {
        write(level.resolve("cgroup.subtree_control"), "+" + controller);
      }
      if (level.equals(made)) {
        return List.of(made);
      }
    }
  }

  private static int depth(Path level) {
    return level.getNameCount() - ROOT.getNameCount();
  }

  /**
   * Limits one group. Zero means no limit. What a directory's controller does not know is skipped.
   */
  static void limit(Path group, long memoryBytes, double cpus) throws IOException {
    if (memoryBytes > 0) {
      var bytes = Long.toString(memoryBytes);
      writeIfThere(group.resolve("memory.max"), bytes);
      writeIfThere(group.resolve("memory.swap.max"), "0");
      writeIfThere(group.resolve("memory.limit_in_bytes"), bytes);
      writeIfThere(group.resolve("memory.memsw.limit_in_bytes"), bytes);
    }
    writeIfThere(group.resolve("pids.max"), MOST_PROCESSES);
    if (cpus > 0) {
      var quota = Math.round(cpus * PERIOD_MICROS);
      writeIfThere(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      writeIfThere(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
      writeIfThere(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE);
  }

  private static void writeIfThere(Path file, String value) throws IOException {
    if (Files.exists(file)) {
      write(file, value);
    }
  }

  /** How many processes below the group were ever killed for memory; version 1 does not know. */
  static long memoryKills(String group) {
    try {
      for (var line : Files.readAllLines(ROOT.resolve(group).resolve("memory.events"))) {
        if (line.startsWith("oom_kill ")) {
          return Long.parseLong(line.substring("oom_kill ".length()).strip());
        }
      }
    } catch (IOException e) {
      LOG.trace("no count of memory kills in {}", group, e);
    }
    return 0;
  }

  /** Everything that runs in the group or below it. */
  static Set<Long> processes(String group) {
    var found = new HashSet<Long>();
    for (var directory : directories(group)) {
      try {
        Files.readAllLines(directory.resolve("cgroup.procs"))
            .forEach(line -> found.add(Long.parseLong(line)));
      } catch (IOException e) {
        LOG.trace("{} went away", directory, e);
      }
    }
    return found;
  }

  /** Removes the group and all below it, as far as nothing runs there. */
  static void remove(String group) {
    for (var directory : directories(group)) {
      try {
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        LOG.debug("{} stays: {}", directory, e.toString());
      }
    }
  }

  /** Removes the group unless there is another below it. */
  static void removeIfEmpty(String group) {
    var all = directories(group);
    if (all.stream().allMatch(directory -> directory.endsWith(group))) {
      remove(group);
    }
  }

  /** This group and all below it under every controller, deepest first. */
  private static List<Path> directories(String group) {
    var found = new ArrayList<Path>();
    try (var controllers = Files.newDirectoryStream(ROOT, Files::isDirectory)) {
      collect(ROOT.resolve(group), found);
      for (var controller : controllers) {
        if (!Files.isSymbolicLink(controller)) {
          collect(controller.resolve(group), found);
        }
      }
    } catch (IOException e) {
      LOG.trace("{} changed while being read", group, e);
    }
    found.sort(Comparator.comparing(Path::getNameCount).reversed());
    return found;
  }

  private static void collect(Path group, List<Path> found) throws IOException {
    if (!Files.isDirectory(group)) {
      return;
    }
    found.add(group);
    try (var below = Files.newDirectoryStream(group, Files::isDirectory)) {
      for (var directory : below) {
        collect(directory, found);
      }
    }
  }
}
