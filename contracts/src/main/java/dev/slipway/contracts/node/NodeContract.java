package dev.slipway.contracts.node;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.ReleaseId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that may be asked about hosts. {@link #TASKS} and {@link #JOIN} are answered by every runtime
 * whose engine is a Swarm manager; the others are asked {@code at(node)} and answered by whoever
 * holds the lease {@code node:<id>}. Nothing here changes the platform's state: what is wanted of a
 * host is a row.
 */
public final class NodeContract {
  /** Most bytes of output that an {@link #EXEC} brings home; the rest is counted. */
  public static final int MOST_OUTPUT = 65_536;

  /** The longest time a command may take. */
  public static final int MOST_SECONDS = 60;

  /** Where the replicas of an application are, in the words of the Swarm's managers. */
  public static final Ask<TasksOf, Tasks> TASKS =
      new Ask<>("node.tasks", 1, TasksOf.class, Tasks.class, Duration.ofSeconds(5));

  /** How a new host joins. The answer holds a secret: it is shown to who asked and kept nowhere. */
  public static final Ask<Joining, Joined> JOIN =
      new Ask<>("node.join", 1, Joining.class, Joined.class, Duration.ofSeconds(5));

  /** The containers of an application on one host, as its engine shows them. */
  public static final Ask<ContainersOf, Containers> CONTAINERS =
      new Ask<>("node.containers", 1, ContainersOf.class, Containers.class, Duration.ofSeconds(2));

  /** What the containers of an application on one host use; measured while the asker waits. */
  public static final Ask<StatsOf, Stats> STATS =
      new Ask<>("node.stats", 1, StatsOf.class, Stats.class, Duration.ofSeconds(3));

  /** The same of a database's servers on one host. */
  public static final Ask<DatabaseStatsOf, Stats> DATABASE_STATS =
      new Ask<>(
          "node.database-stats", 1, DatabaseStatsOf.class, Stats.class, Duration.ofSeconds(3));

  /** Runs a command in a container of one host and waits for its end. */
  public static final Ask<Exec, Executed> EXEC =
      new Ask<>("node.exec", 1, Exec.class, Executed.class, Duration.ofSeconds(MOST_SECONDS + 10L));

  /** What one host reaches: the registry as its engine sees it, and addresses. */
  public static final Ask<Reaches, Reached> REACHES =
      new Ask<>("node.reaches", 1, Reaches.class, Reached.class, Duration.ofSeconds(8));

  private NodeContract() {}

  /** Asks for the tasks of one application, over all its kept releases. */
  public record TasksOf(ApplicationId applicationId) {}

  /** Tasks that run or are about to, in order of release and slot. */
  public record Tasks(List<Task> tasks) {
    public Tasks {
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * One replica in the managers' words.
   *
   * @param id Swarm's id of the task
   * @param slot 1-based replica it fills
   * @param state Swarm's word for its state, in lower case
   * @param nodeId where it is; null while it has no place
   * @param containerId null until its container exists
   * @param error why it does not come up, in the engine's words
   * @param addresses on overlay networks
   * @param hostPorts published on its host
   * @param at when it came into this state
   */
  public record Task(
      String id,
      ReleaseId releaseId,
      int slot,
      String state,
      @Nullable NodeId nodeId,
      @Nullable String containerId,
      @Nullable String error,
      List<String> addresses,
      List<Integer> hostPorts,
      Instant at) {
    public Task {
      addresses = List.copyOf(addresses);
      hostPorts = List.copyOf(hostPorts);
    }
  }

  /** Asks how a host joins in that role. */
  public record Joining(NodeRole role) {}

  /**
   * The answer.
   *
   * @param token the secret that lets a host in; of the asked role only
   * @param manager host and port a new host joins at
   * @param registry where nodes fetch images; null when none is set
   * @param taskAddress how the ingress finds tasks: {@code bridge}, {@code published}, {@code
   *     overlay}
   */
  public record Joined(
      String token, String manager, @Nullable String registry, String taskAddress) {
    /** Without the token: an answer may end up in a log, a token may not. */
    @Override
    public String toString() {
      return "Joined[manager=" + manager + ", registry=" + registry + "]";
    }
  }

  /** Asks for the usage of one database's servers. */
  public record DatabaseStatsOf(DatabaseId databaseId) {}

  /** Asks for the containers of one application. */
  public record ContainersOf(ApplicationId applicationId) {}

  /** Ended ones included, as far as the engine keeps them. */
  public record Containers(List<Container> containers) {
    public Containers {
      containers = List.copyOf(containers);
    }
  }

  /**
   * One container as its own engine shows it.
   *
   * @param state the engine's word: {@code running}, {@code exited}, …
   * @param health what its own check says: {@code none}, {@code starting}, {@code healthy}, {@code
   *     unhealthy}
   * @param gatewayAddress where its own host reaches it; null when it has no such address
   * @param startedAt null when it never started
   * @param ports published on its host; null when who answers is too old to tell
   */
  public record Container(
      String id,
      ReleaseId releaseId,
      String state,
      String health,
      int exitCode,
      boolean outOfMemory,
      @Nullable String gatewayAddress,
      @Nullable Instant startedAt,
      @Nullable List<Port> ports) {
    public Container {
      ports = ports == null ? null : List.copyOf(ports);
    }
  }

  /** A port of a container and the port of its host that leads there. */
  public record Port(int containerPort, int hostPort) {}

  /** Asks for what the running containers of one application use. */
  public record StatsOf(ApplicationId applicationId) {}

  /** One entry for each that ran during the measurement. */
  public record Stats(List<Usage> usages) {
    public Stats {
      usages = List.copyOf(usages);
    }
  }

  /**
   * What one container uses.
   *
   * @param cpus processors used just now: 1.0 is one full core
   * @param memoryLimitBytes its limit, or the host's memory
   * @param receivedBytes since it started
   */
  public record Usage(
      String containerId,
      double cpus,
      long memoryBytes,
      long memoryLimitBytes,
      long receivedBytes,
      long sentBytes,
      int processes) {}

  /**
   * Asks to run a command.
   *
   * @param containerId must be one of this application's; another is refused
   * @param command the program and its arguments, no shell in between
   * @param timeoutSeconds 1 to {@value #MOST_SECONDS}
   */
  public record Exec(
      ApplicationId applicationId, String containerId, List<String> command, int timeoutSeconds) {
    public Exec {
      command = List.copyOf(command);
    }

    /** Without the arguments: they may hold secrets. */
    @Override
    public String toString() {
      return "Exec[containerId=" + containerId + "]";
    }
  }

  /**
   * How it went.
   *
   * @param exitCode null when it had not ended in time; it may go on then
   * @param output both streams in the order they came, secrets of the application masked
   * @param dropped bytes of output beyond {@value #MOST_OUTPUT}
   */
  public record Executed(@Nullable Integer exitCode, String output, long dropped) {}

  /**
   * Asks what a host reaches.
   *
   * @param addresses {@code host:port} each, at most 20
   */
  public record Reaches(List<String> addresses) {
    public Reaches {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * The answer.
   *
   * @param process who answered
   * @param registry how its engine fares with the registry; null when none is set
   * @param clock what time it is there, at the answer
   */
  public record Reached(
      String process, @Nullable Reach registry, List<Reach> addresses, Instant clock) {
    public Reached {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * Whether one thing is reached.
   *
   * @param problem why not, in a sentence; null when it is
   */
  public record Reach(String address, @Nullable String problem) {
    public boolean ok() {
      return problem == null;
    }
  }
}
