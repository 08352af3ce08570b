package dev.slipway.e2e.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;

/**
 * One platform of its own on this machine: started through {@code ./slipway up --detach} with a
 * fresh data directory and free ports, as a user would.
 */
public final class SlipwayHost implements AutoCloseable {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Path home;
  private final Path data;
  private final int apiPort;
  private final int uiPort;
  private final int httpPort;

  private SlipwayHost(Path home, Path data, List<Integer> ports) {
    this.home = home;
    this.data = data;
    this.apiPort = ports.get(0);
    this.uiPort = ports.get(1);
    this.httpPort = ports.get(2);
  }

  /** A platform that does not run yet, in a new folder below the temporary one. */
  public static SlipwayHost fresh(String name) {
    try {
      Path folder = Files.createTempDirectory("slipway-e2e-" + name + "-").toRealPath();
      return new SlipwayHost(home(), folder.resolve("data"), freePorts(3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same platform through the front door of another tree: another version of it. */
  public SlipwayHost through(Path tree) {
    return new SlipwayHost(tree, data, List.of(apiPort, uiPort, httpPort));
  }

  /** The folder the front door lies in: named by {@code SLIPWAY_HOME}, or the nearest above. */
  public static Path home() {
    String named = System.getenv("SLIPWAY_HOME");
    if (named != null) {
      return Path.of(named);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isExecutable(folder.resolve("slipway"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("there is no ./slipway here or above; start below it");
    }
    return folder;
  }

  // ---- the front door ------------------------------------------------------------------------

  /** Starts what does not run; an error with the front door's words when that fails. */
  public void up() {
    up(Map.of());
  }

  public void up(Map<String, String> more) {
    Shell.Outcome outcome = slipway(more, "up", "--detach");
    if (!outcome.ok()) {
      throw new IllegalStateException("./slipway up ended with " + outcome.code() + ": " + outcome);
    }
  }

  public void down(String... flags) {
    List<String> words = new ArrayList<>(List.of("down"));
    words.addAll(List.of(flags));
    Shell.Outcome outcome = slipway(Map.of(), words.toArray(String[]::new));
    if (!outcome.ok()) {
      throw new IllegalStateException(
          "./slipway " + words + " ended with " + outcome.code() + ": " + outcome);
    }
  }

  public Shell.Outcome slipway(Map<String, String> more, String... words) {
    List<String> command = new ArrayList<>(List.of(home.resolve("slipway").toString()));
    command.addAll(List.of(words));
    Map<String, String> environment = environment();
    environment.putAll(more);
    return Shell.tryRun(home, environment, COMMAND_LIMIT, command);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SLIPWAY_DATA", data.toString());
    environment.put("SLIPWAY_API_PORT", Integer.toString(apiPort));
    environment.put("SLIPWAY_UI_PORT", Integer.toString(uiPort));
    environment.put("SLIPWAY_HTTP_PORT", Integer.toString(httpPort));
    environment.put("SLIPWAY_ALLOW_PRIVATE_ADDRESSES", "true");
    return environment;
  }

  /** Removes everything this platform made, however it stands. */
  @Override
  public void close() {
    if (Files.exists(data.resolve("installation-id"))) {
      down("--remove", "--yes");
    }
    Shell.run("rm", "-rf", "--one-file-system", data.resolve("..").normalize().toString());
  }

  // ---- its processes -------------------------------------------------------------------------

  public OptionalLong platformPid() {
    return pid("platform", "dev.slipway.standalone.StandaloneMain");
  }

  public OptionalLong ingressPid() {
    return pid("ingress", "dev.slipway.ingress.IngressMain");
  }

  /** A pid proves nothing by itself: its command line must name this data directory. */
  private OptionalLong pid(String kind, String mainClass) {
    try {
      Path file = data.resolve("run").resolve(kind + ".pid");
      if (!Files.exists(file)) {
        return OptionalLong.empty();
      }
      long pid = Long.parseLong(Files.readString(file).strip());
      return runs(pid) && commandLine(pid).containsAll(List.of("-Dslipway.data=" + data, mainClass))
          ? OptionalLong.of(pid)
          : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words a process was started with; none when it has ended. */
  public static List<String> commandLine(long pid) {
    try {
      return List.of(Files.readString(Path.of("/proc/" + pid + "/cmdline")).split("\0", -1));
    } catch (IOException e) {
      return List.of(); // it ended meanwhile
    }
  }

  /** Alive, and not only a name waiting for its parent. */
  public static boolean runs(long pid) {
    try {
      return !Files.readString(Path.of("/proc/" + pid + "/status")).contains("State:\tZ");
    } catch (IOException e) {
      return false;
    }
  }

  public void killPlatform() {
    kill(platformPid().orElseThrow(() -> new IllegalStateException("no platform runs")));
    // a killed process is gone from the list a moment before its sockets are
    Until.holds(
        "port " + apiPort + " is free", Duration.ofSeconds(10), LOOK, () -> isFree(apiPort));
  }

  public void killIngress() {
    kill(ingressPid().orElseThrow(() -> new IllegalStateException("no ingress runs")));
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    awaitEnd(pid);
  }

  public static void awaitEnd(long pid) {
    Until.holds("process " + pid + " ends", Duration.ofSeconds(60), LOOK, () -> !runs(pid));
  }

  /** Every process whose command line names this data directory, PostgreSQL's among them. */
  public List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(p -> p.pid() != ProcessHandle.current().pid() && runs(p.pid()))
        .filter(p -> String.join(" ", commandLine(p.pid())).contains(data.toString()))
        .toList();
  }

  /**
   * Starts the ingress and nothing else, as a service manager would after a reboot. The front door
   * finds and stops it like one of its own.
   */
  public void startIngressAlone() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jars = home.resolve("standalone/target/slipway/lib/*").toString();
    Path log = data.resolve("log/ingress.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                java,
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dvertx.disableDnsResolver=true",
                "-Dslipway.data=" + data,
                "-cp",
                jars,
                "dev.slipway.ingress.IngressMain")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment());
    try {
      Process process = builder.start();
      Files.writeString(data.resolve("run/ingress.pid"), process.pid() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts one role in a process of its own, on this platform's database and ports and in no
   * cluster, as {@code ./slipway run ROLE} does. Its words go to {@code log/ROLE.log}; whoever
   * starts it ends it.
   */
  public Process run(String role, Map<String, String> more) {
    Map<String, String> settings = environment();
    settings.put("SLIPWAY_DATABASE_URL", read("database.url"));
    settings.put("SLIPWAY_MASTER_KEY_FILE", data.resolve("master.key").toString());
    settings.putAll(more);
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("slipway").toString(), "run", role)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    data.resolve("log").resolve(role + ".log").toFile()));
    builder.environment().putAll(settings);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- where things are ----------------------------------------------------------------------

  public Path data() {
    return data;
  }

  public int httpPort() {
    return httpPort;
  }

  public int apiPort() {
    return apiPort;
  }

  public int uiPort() {
    return uiPort;
  }

  public String installationId() {
    return read("installation-id");
  }

  public Api api() {
    return new Api(URI.create("http://127.0.0.1:" + apiPort), read("operator.key"));
  }

  public String read(String file) {
    try {
      return Files.readString(data.resolve(file)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The last lines of a process' own log, for the words of a failed promise. */
  public String logTail(String kind) {
    List<String> lines = read("log/" + kind + ".log").lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  /** Below the range the kernel takes ports of outgoing connections from: a port stays ours. */
  public static List<Integer> freePorts(int count) {
    return new Random()
        .ints(20_000, 30_000)
        .boxed()
        .filter(SlipwayHost::isFree)
        .distinct()
        .limit(count)
        .toList();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
