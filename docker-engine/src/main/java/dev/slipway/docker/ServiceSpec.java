package dev.slipway.docker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Swarm service to create. It always uses endpoint mode dnsrr (no virtual address, which kernels
 * without IPVS cannot carry) and an init process, keeps at most three log files of 25 MB per
 * container, and starts new tasks before old ones stop unless {@code stopFirst}.
 *
 * @param labels of the service
 * @param containerLabels of each container; events and container listings see only these
 * @param command replaces the image's entrypoint when not empty
 * @param args replaces the image's command when not empty
 * @param networks attached overlay networks with this service's aliases there
 * @param replicas wanted tasks, at least 0
 * @param memoryBytes hard limit per task, 0 for none
 * @param cpus hard limit per task, 0 for none
 * @param healthcheck null for the image's own
 * @param stopGraceSeconds between SIGTERM and SIGKILL
 * @param hostPorts ports published on the host
 * @param dropCapabilities kernel capabilities taken away, such as {@code CAP_NET_RAW}; {@code ALL}:
 *     every one but those that are kept
 * @param keepCapabilities kernel capabilities of which it is sure, whatever is dropped
 * @param confinement what else its processes may not do
 * @param user null for the image's own
 * @param stopFirst for applications that must never run twice at a time
 * @param placement which nodes may run its tasks
 * @param registryAuth what nodes present to the registry when they fetch the image; null to ask
 *     without
 */
public record ServiceSpec(
    String name,
    String image,
    Map<String, String> labels,
    Map<String, String> containerLabels,
    Map<String, String> env,
    List<String> command,
    List<String> args,
    List<Attachment> networks,
    List<VolumeMount> mounts,
    int replicas,
    long memoryBytes,
    double cpus,
    long pidsLimit,
    Restart restart,
    @Nullable Healthcheck healthcheck,
    int stopGraceSeconds,
    List<HostPort> hostPorts,
    List<String> dropCapabilities,
    List<String> keepCapabilities,
    Confinement confinement,
    @Nullable String user,
    boolean stopFirst,
    Placement placement,
    @Nullable RegistryAuth registryAuth) {

  public ServiceSpec {
    labels = Map.copyOf(labels);
    containerLabels = Map.copyOf(containerLabels);
    env = Map.copyOf(env);
    command = List.copyOf(command);
    args = List.copyOf(args);
    networks = List.copyOf(networks);
    mounts = List.copyOf(mounts);
    hostPorts = List.copyOf(hostPorts);
    dropCapabilities = List.copyOf(dropCapabilities);
    keepCapabilities = List.copyOf(keepCapabilities);
    if (replicas < 0 || memoryBytes < 0 || cpus < 0 || stopGraceSeconds < 0) {
      throw new IllegalArgumentException("numbers of a service must not be negative");
    }
  }

  /** Starts a spec: one replica, no limits, restarted whenever it ends, 10 s of stop grace. */
  public static Builder of(String name, String image) {
    return new Builder(name, image);
  }

  /** Names only: an application's environment may hold secrets. */
  @Override
  public String toString() {
    return "ServiceSpec[%s, %s, env %s]".formatted(name, image, env.keySet());
  }

  /** A network and the names under which others find the tasks there. */
  public record Attachment(String network, List<String> aliases) {
    public Attachment {
      aliases = List.copyOf(aliases);
    }
  }

  /**
   * A named volume inside the container.
   *
   * @param labels of the volume, when the node has to make it
   */
  public record VolumeMount(
      String volume, String target, boolean readOnly, Map<String, String> labels) {
    public VolumeMount {
      labels = Map.copyOf(labels);
    }
  }

  /**
   * A port on the host of each task (host mode, no routing mesh).
   *
   * @param hostPort 0 lets the engine choose; it is then in {@link TaskInfo#hostPorts()}
   */
  public record HostPort(int containerPort, int hostPort, String protocol) {}

  /**
   * What processes may not do.
   *
   * @param noNewPrivileges no program makes its caller more than he is, such as {@code sudo}; an
   *     engine before API 1.44 does not know of it
   * @param readOnlyRoot nothing but volumes and {@code scratch} can be written
   * @param scratch folders in memory, which every task begins with empty
   */
  public record Confinement(boolean noNewPrivileges, boolean readOnlyRoot, List<String> scratch) {
    /** Nothing beyond what the engine does by itself. */
    public static final Confinement NONE = new Confinement(false, false, List.of());

    public Confinement {
      scratch = List.copyOf(scratch);
    }
  }

  /**
   * Where tasks may run.
   *
   * @param constraints all of which a node must meet, such as {@code node.id==…}
   * @param spread properties over whose values tasks are spread evenly, the first one first, such
   *     as {@code node.labels.zone}; without any, Swarm spreads over nodes
   */
  public record Placement(List<String> constraints, List<String> spread) {
    /** On any node. */
    public static final Placement ANYWHERE = new Placement(List.of(), List.of());

    public Placement {
      constraints = List.copyOf(constraints);
      spread = List.copyOf(spread);
    }
  }

  /**
   * When a task that ended is replaced.
   *
   * @param condition {@code NEVER}, {@code ON_FAILURE} or {@code ALWAYS}
   * @param delayMillis before the replacement starts
   * @param maxAttempts 0 for no bound
   */
  public record Restart(Condition condition, long delayMillis, int maxAttempts) {
    /** What kind of end is followed by a new start. */
    public enum Condition {
      NEVER,
      ON_FAILURE,
      ALWAYS
    }

    /** An ended task stays ended. */
    public static Restart never() {
      return new Restart(Condition.NEVER, 0, 0);
    }

    /** Every ended task is replaced after a second: soon, yet a crash loop stays cheap. */
    public static Restart always() {
      return new Restart(Condition.ALWAYS, 1000, 0);
    }
  }

  /** Collects a {@link ServiceSpec}. */
  public static final class Builder {
    private final String name;
    private final String image;
    private final Map<String, String> labels = new LinkedHashMap<>();
    private final Map<String, String> containerLabels = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private List<String> command = List.of();
    private List<String> args = List.of();
    private List<Attachment> networks = List.of();
    private List<VolumeMount> mounts = List.of();
    private int replicas = 1;
    private long memoryBytes;
    private double cpus;
    private long pidsLimit;
    private Restart restart = Restart.always();
    private @Nullable Healthcheck healthcheck;
    private int stopGraceSeconds = 10;
    private List<HostPort> hostPorts = List.of();
    private List<String> dropCapabilities = List.of();
    private List<String> keepCapabilities = List.of();
    private Confinement confinement = Confinement.NONE;
    private @Nullable String user;
    private boolean stopFirst;
    private Placement placement = Placement.ANYWHERE;
    private @Nullable RegistryAuth registryAuth;

    private Builder(String name, String image) {
      this.name = name;
      this.image = image;
    }

    /** Puts the labels on the service and on its containers. */
    public Builder labelsEverywhere(Map<String, String> values) {
      labels.putAll(values);
      containerLabels.putAll(values);
      return this;
    }

    public Builder labels(Map<String, String> values) {
      labels.putAll(values);
      return this;
    }

    public Builder containerLabels(Map<String, String> values) {
      containerLabels.putAll(values);
      return this;
    }

    public Builder env(Map<String, String> values) {
      env.putAll(values);
      return this;
    }

    public Builder command(List<String> words) {
      this.command = words;
      return this;
    }

    public Builder args(List<String> words) {
      this.args = words;
      return this;
    }

    public Builder networks(List<Attachment> attachments) {
      this.networks = attachments;
      return this;
    }

    public Builder mounts(List<VolumeMount> volumes) {
      this.mounts = volumes;
      return this;
    }

    public Builder replicas(int count) {
      this.replicas = count;
      return this;
    }

    public Builder memoryBytes(long bytes) {
      this.memoryBytes = bytes;
      return this;
    }

    public Builder cpus(double count) {
      this.cpus = count;
      return this;
    }

    /** At most this many processes and threads per task; 0 for no limit. */
    public Builder pidsLimit(long count) {
      this.pidsLimit = count;
      return this;
    }

    public Builder restart(Restart policy) {
      this.restart = policy;
      return this;
    }

    public Builder healthcheck(@Nullable Healthcheck check) {
      this.healthcheck = check;
      return this;
    }

    public Builder stopGraceSeconds(int seconds) {
      this.stopGraceSeconds = seconds;
      return this;
    }

    public Builder hostPorts(List<HostPort> ports) {
      this.hostPorts = ports;
      return this;
    }

    public Builder dropCapabilities(List<String> names) {
      this.dropCapabilities = names;
      return this;
    }

    public Builder keepCapabilities(List<String> names) {
      this.keepCapabilities = names;
      return this;
    }

    public Builder confinement(Confinement value) {
      this.confinement = value;
      return this;
    }

    public Builder user(@Nullable String name) {
      this.user = name;
      return this;
    }

    public Builder stopFirst(boolean value) {
      this.stopFirst = value;
      return this;
    }

    /** Only on nodes that meet all of these, such as {@code node.id==…}. */
    public Builder constraints(List<String> expressions) {
      placement = new Placement(expressions, placement.spread());
      return this;
    }

    /** Spread evenly over the values of these properties, such as {@code node.labels.zone}. */
    public Builder placementSpread(List<String> properties) {
      placement = new Placement(placement.constraints(), properties);
      return this;
    }

    /** What nodes present to the registry when they fetch the image. */
    public Builder registryAuth(@Nullable RegistryAuth credentials) {
      this.registryAuth = credentials;
      return this;
    }

    public ServiceSpec build() {
      return new ServiceSpec(
          name,
          image,
          labels,
          containerLabels,
          env,
          command,
          args,
          networks,
          mounts,
          replicas,
          memoryBytes,
          cpus,
          pidsLimit,
          restart,
          healthcheck,
          stopGraceSeconds,
          hostPorts,
          dropCapabilities,
          keepCapabilities,
          confinement,
          user,
          stopFirst,
          placement,
          registryAuth);
    }
  }
}
