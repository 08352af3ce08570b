package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One process of the platform on one host, started as {@code ./slipway run ROLE} starts it. */
public final class Service {
  private static final AtomicInteger GROUPS = new AtomicInteger(61_000);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final Role role;
  private final Host host;
  private final Map<String, String> environment;
  private final int group = GROUPS.incrementAndGet();
  private final Path home;
  private @Nullable Daemon daemon;
  private long readyBefore;

  /**
   * @param home the tree whose {@code ./slipway} starts it: another one is another version
   * @param environment settings, all of them
   */
  Service(Role role, Host host, Path home, Map<String, String> environment) {
    this.role = role;
    this.host = host;
    this.home = home;
    this.environment = new TreeMap<>(environment);
    this.environment.put("SLIPWAY_DATA", data().toString());
    this.environment.put("MALLOC_ARENA_MAX", "1");
    host.add(this);
  }

  public Role role() {
    return role;
  }

  public Host host() {
    return host;
  }

  /** How it is called in reports: role and host. */
  public String name() {
    return role.word() + "-" + host.index();
  }

  int group() {
    return group;
  }

  /** Its data directory. */
  public Path data() {
    return host.folder().resolve(name());
  }

  // ---- its life ------------------------------------------------------------------------------

  /** Starts it; see {@link #awaitReady}. */
  public Service start() {
    return start(Map.of());
  }

  /** Starts it with more settings than usual, for this life only. */
  public Service start(Map<String, String> more) {
    return startFrom(home, more);
  }

  /** Starts it from another tree: another version of the platform. */
  public Service startFrom(Path tree, Map<String, String> more) {
    // all but the ingress have the same flags and the same jars
    boolean recorded = role != Role.INGRESS && tree.equals(home) && Files.exists(startup());
    return launch(tree, more, recorded ? Jvm.startingFrom(startup()) : List.of());
  }

  /**
   * A first, short life for the sake of all others: a dozen of processes start many times on two
   * cores, and most of a start is the loading of the same classes.
   */
  void recordStart() {
    launch(home, Map.of(), Jvm.recordingStart(startup())).awaitReady();
    stop();
  }

  private Path startup() {
    return host.folder().resolveSibling("services.aot");
  }

  private Service launch(Path tree, Map<String, String> more, List<String> flags) {
    if (runs()) {
      throw new IllegalStateException(name() + " runs already");
    }
    List<String> command = new ArrayList<>(host.inside());
    // a group of its own tells its packets from those of its neighbours
    command.addAll(List.of("setpriv", "--regid", Integer.toString(group), "--keep-groups"));
    command.addAll(Jvm.command(tree, role, data(), flags));
    Map<String, String> settings = new TreeMap<>(environment);
    settings.putAll(more);
    readyBefore = said(role.readyWords());
    daemon = Daemon.start(log(), settings, command);
    return this;
  }

  private Path log() {
    return host.folder().resolve(name() + ".log");
  }

  public boolean runs() {
    return daemon != null && daemon.runs();
  }

  /** Ready as the process itself says: the cluster knows it, the database answers. */
  public Service awaitReady() {
    Until.holds(
        () -> name() + " is ready\n" + tail(),
        Duration.ofSeconds(60),
        Duration.ofMillis(100),
        () -> {
          if (!runs()) {
            throw new IllegalStateException(name() + " ended while it started:\n" + tail());
          }
          return isReady();
        });
    return this;
  }

  public boolean isReady() {
    if (!runs() || said(role.readyWords()) <= readyBefore) {
      return false;
    }
    return !role.joins() || Probe.status(host.address(), role.managementPort(), "/ready") == 200;
  }

  /** How many members its cluster has as it sees it; 0 when it does not tell. */
  public int members() {
    return (int)
        Probe.figure(host.address(), role.managementPort(), "slipway_cluster_members").orElse(0);
  }

  /** Killed with signal 9; nothing when it does not run. */
  public void kill() {
    if (runs()) {
      daemon().kill();
    }
  }

  /** Ended as a service manager ends it; an error when it did not end by itself. */
  public void stop() {
    if (!daemon().stop(STOP_LIMIT)) {
      throw new IllegalStateException(name() + " did not end within " + STOP_LIMIT + "\n" + tail());
    }
  }

  public void pause() {
    daemon().pause();
  }

  /** Nothing when it is not paused. */
  public void resume() {
    if (runs()) {
      daemon().resume();
    }
  }

  /** Waits until it has died by itself, as at a crash point. */
  public void awaitDeath(Duration limit) {
    Until.holds(() -> name() + " dies\n" + tail(), limit, Duration.ofMillis(20), () -> !runs());
  }

  private Daemon daemon() {
    if (daemon == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return daemon;
  }

  /** The end of its log, for the words of a broken promise. */
  public String tail() {
    return "---- " + name() + "\n" + (daemon == null ? "never started" : daemon.tail());
  }

  /** How often its log, of all its lives, has a line with these words. */
  public long said(String words) {
    try {
      return Files.exists(log())
          ? Files.readAllLines(log()).stream().filter(line -> line.contains(words)).count()
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Resident memory in MB; 0 when it does not run. */
  public long residentMegabytes() {
    if (!runs() || !SlipwayHost.runs(daemon().pid())) {
      return 0;
    }
    return Long.parseLong(
            Shell.run("awk", "/^VmRSS/ {print $2}", "/proc/" + daemon().pid() + "/status"))
        / 1024;
  }
}
