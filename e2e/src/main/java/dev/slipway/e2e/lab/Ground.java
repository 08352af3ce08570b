package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a lab stands on: one folder and one short name, both of this run alone. Everything a lab
 * makes can be found by them, so a run that was killed is cleared by the next one.
 *
 * @param name at most ten characters, for bridges and namespaces
 * @param folder below the temporary one
 */
record Ground(String name, Path folder) {
  private static final String STEM = "slipway-lab-";
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

  static Ground fresh() {
    long pid = ProcessHandle.current().pid();
    try {
      Path folder = Files.createDirectory(TEMPORARY.resolve(STEM + pid));
      Files.writeString(folder.resolve("owner"), birth(pid) + "\n");
      return new Ground("slab" + pid, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes what the labs of ended runs left. */
  static void sweep() {
    try (Stream<Path> folders = Files.list(TEMPORARY)) {
      for (Path folder :
          folders.filter(f -> f.getFileName().toString().startsWith(STEM)).toList()) {
        String pid = folder.getFileName().toString().substring(STEM.length());
        if (pid.matches("[0-9]+") && !ownerLives(folder, Long.parseLong(pid))) {
          new Ground("slab" + pid, folder).remove();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ownerLives(Path folder, long pid) throws IOException {
    Path owner = folder.resolve("owner");
    return Files.exists(owner)
        && SlipwayHost.runs(pid)
        && Files.readString(owner).strip().equals(birth(pid));
  }

  /** Pids come round again; a pid and its start do not. */
  private static String birth(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
  }

  /** Ends every process, mount, namespace and rule of this ground, then the folder. */
  void remove() {
    endAll(processes());
    endAll(inCgroups());
    unmountAll();
    Wires.remove(name);
    removeCgroups();
    Shell.run("rm", "-rf", "--one-file-system", folder.toString());
  }

  /** What still runs, is mounted or is configured of this ground; empty when all is gone. */
  List<String> leftOvers() {
    return Stream.of(
            processes().stream().map(p -> "process " + SlipwayHost.commandLine(p)),
            inCgroups().stream().map(p -> "process in a container " + p),
            mounts().stream().map(m -> "mount " + m),
            Wires.leftOvers(name).stream())
        .flatMap(s -> s)
        .toList();
  }

  /** Every process whose command line names the folder, and no other. */
  List<Long> processes() {
    return processesNaming(folder);
  }

  static List<Long> processesNaming(Path path) {
    long self = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> pid != self && SlipwayHost.runs(pid))
        .filter(pid -> String.join(" ", SlipwayHost.commandLine(pid)).contains(path + "/"))
        .toList();
  }

  /** The processes of containers, by the control group that this ground's engines give them. */
  List<Long> inCgroups() {
    return inCgroups(name + "-*");
  }

  /** The processes of a control group and of all below it; {@code *} in its name is any text. */
  static List<Long> inCgroups(String pattern) {
    return cgroups(pattern)
        .flatMap(group -> {
          try {
            return Files.readAllLines(group.resolve("cgroup.procs")).stream();
          } catch (IOException e) {
            return Stream.empty(); // the group is going just now
          }
        })
        .map(Long::parseLong)
        .distinct()
        .toList();
  }

  private static Stream<Path> cgroups(String pattern) {
    // it may fail: a group may go while it is being looked at
    return Shell.tryRun(
            null,
            Map.of(),
            Duration.ofSeconds(20),
            List.of(
                "find",
                CGROUPS.toString(),
                "-type",
                "d",
                "(",
                "-path",
                "*/" + pattern,
                "-o",
                "-path",
                "*/" + pattern + "/*",
                ")"))
        .output()
        .lines()
        .filter(line -> line.startsWith(CGROUPS.toString()))
        .map(Path::of);
  }

  private void removeCgroups() {
    List<Path> groups =
        cgroups(name + "-*").sorted(Comparator.comparing(Path::getNameCount).reversed()).toList();
    for (Path group : groups) {
      Shell.tryRun(null, Map.of(), Duration.ofSeconds(5), List.of("rmdir", group.toString()));
    }
  }

  static void endAll(List<Long> pids) {
    pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    pids.forEach(SlipwayHost::awaitEnd);
  }

  List<String> mounts() {
    return mountsBelow(folder);
  }

  private void unmountAll() {
    unmountBelow(folder);
  }

  static void unmountBelow(Path path) {
    for (String mount : mountsBelow(path).reversed()) {
      Shell.tryRun(null, Map.of(), Duration.ofSeconds(20), List.of("umount", "-l", mount));
    }
  }

  private static List<String> mountsBelow(Path path) {
    try {
      return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .map(line -> line.split(" ")[1])
          .filter(mount -> mount.startsWith(path + "/"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folder of one host, made when it is not there. */
  Path folder(String part) {
    try {
      return Files.createDirectories(folder.resolve(part));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
