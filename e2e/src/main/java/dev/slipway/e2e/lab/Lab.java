package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Three hosts, one Swarm, one registry, one PostgreSQL: what a cluster of the platform runs on. */
public final class Lab implements AutoCloseable {
  /** What the sample applications are built from; there is no other registry to have it from. */
  private static final String BASE_IMAGE = "slipway-base/busybox:latest";

  private static final Executor SIDE_BY_SIDE = Executors.newVirtualThreadPerTaskExecutor();

  private static final Duration NODES_LIMIT = Duration.ofMinutes(3);

  private final Ground ground;
  private final Thread atExit = new Thread(this::close, "lab-at-exit");
  private final List<Host> hosts = new ArrayList<>();
  private final Wires wires;
  private @Nullable Registry registry;
  private @Nullable Postgres postgres;
  private boolean closed;

  private Lab(Ground ground, Wires wires) {
    this.ground = ground;
    this.wires = wires;
  }

  /** False where a lab cannot be: network namespaces need root, and there must be a registry. */
  public static boolean isPossible() {
    return Shell.run("id", "-u").equals("0")
        && Shell.tryRun(
                null,
                Map.of(),
                Duration.ofSeconds(5),
                List.of("sh", "-c", "command -v docker-registry"))
            .ok();
  }

  /** Starts all of it: some 15 s on two cores. Nothing of it is left when this fails. */
  public static Lab start(int hosts) {
    Ground.sweep();
    Ground ground = Ground.fresh();
    Lab lab = new Lab(ground, wires(ground, hosts));
    Runtime.getRuntime().addShutdownHook(lab.atExit);
    try {
      lab.bringUp(hosts);
      return lab;
    } catch (RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private static Wires wires(Ground ground, int hosts) {
    try {
      return Wires.lay(ground.name(), hosts);
    } catch (RuntimeException e) {
      ground.remove();
      throw e;
    }
  }

  private void bringUp(int count) {
    String registryAddress = wires.address(0) + ":5000";
    for (int i = 1; i <= count; i++) {
      Path folder = ground.folder("h" + i);
      Engine engine = new Engine(folder, ground.name() + "-" + i, wires.inside(i), registryAddress);
      hosts.add(new Host(i, wires, engine, folder));
    }
    List<CompletableFuture<?>> starts = new ArrayList<>();
    hosts.forEach(host -> starts.add(aside(() -> host.engine().start())));
    starts.add(aside(() -> registry = Registry.start(wires.address(0), ground.folder("registry"))));
    starts.add(aside(() -> postgres = Postgres.start(wires.address(0), ground.folder("pg"))));
    CompletableFuture.allOf(starts.toArray(CompletableFuture<?>[]::new)).join();
    CompletableFuture<?> images = aside(this::loadBaseImage);
    joinSwarm();
    images.join();
  }

  private static CompletableFuture<Void> aside(Runnable work) {
    return CompletableFuture.runAsync(work, SIDE_BY_SIDE);
  }

  private void joinSwarm() {
    Engine first = host(1).engine();
    first.docker(
        "swarm",
        "init",
        "--advertise-addr",
        host(1).address(),
        // the Swarm's own choice would hide the lab's network
        "--default-addr-pool",
        "172.30.0.0/16");
    String token = first.docker("swarm", "join-token", "-q", "manager");
    for (Host host : hosts.subList(1, hosts.size())) {
      // it may say that it timed out, and join seconds later
      host.engine()
          .tryDocker(
              "swarm",
              "join",
              "--advertise-addr",
              host.address(),
              "--token",
              token,
              host(1).address() + ":2377");
    }
    awaitNodes(hosts.size());
  }

  /**
   * Waits until the Swarm counts so many nodes as ready, seen from the first host that answers. How
   * long it takes to elect and to hear of all is the engine's affair, and longer on a busy machine.
   */
  public void awaitNodes(int ready) {
    Until.holds(
        () -> ready + " nodes are ready: " + nodes(),
        NODES_LIMIT,
        Duration.ofMillis(200),
        () -> nodes().stream().filter(state -> state.equals("Ready")).count() == ready);
  }

  private List<String> nodes() {
    for (Host host : hosts) {
      Shell.Outcome outcome = host.engine().tryDocker("node", "ls", "--format", "{{.Status}}");
      if (outcome.ok()) {
        return outcome.text().lines().toList();
      }
    }
    return List.of();
  }

  private void loadBaseImage() {
    Path archive = ground.folder("images").resolve("base.tar");
    Shell.run("docker", "save", "-o", archive.toString(), BASE_IMAGE);
    hosts.forEach(host -> host.engine().docker("load", "-q", "-i", archive.toString()));
  }

  // ---- what is here --------------------------------------------------------------------------

  public List<Host> hosts() {
    return List.copyOf(hosts);
  }

  /** From 1. */
  public Host host(int index) {
    return hosts.get(index - 1);
  }

  /** Of this machine, as the hosts see it. */
  public String address() {
    return wires.address(0);
  }

  public Registry registry() {
    return Objects.requireNonNull(registry, "the registry is not up yet");
  }

  public Postgres postgres() {
    return Objects.requireNonNull(postgres, "PostgreSQL is not up yet");
  }

  /** Ends every fault of the network, everywhere. */
  public void heal() {
    hosts.forEach(Host::heal);
  }

  /** A folder below this run's own. */
  Path folder(String part) {
    return ground.folder(part);
  }

  /** Removes everything, however it stands; a second time does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    hosts.forEach(Host::close);
    ground.remove();
    if (Thread.currentThread() != atExit) {
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }

  /** After {@link #close}: what still runs, is mounted or is configured; empty when all is gone. */
  public List<String> leftOvers() {
    return ground.leftOvers();
  }
}
