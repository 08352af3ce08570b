package dev.slipway.runtime.service;

import dev.slipway.contracts.application.HealthCheck;
import dev.slipway.contracts.application.Resources;
import dev.slipway.contracts.application.Volume;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseSpec;
import dev.slipway.docker.Healthcheck;
import dev.slipway.docker.RegistryAuth;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.ServiceSpec.Attachment;
import dev.slipway.docker.ServiceSpec.Confinement;
import dev.slipway.docker.ServiceSpec.HostPort;
import dev.slipway.docker.ServiceSpec.VolumeMount;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a release into the Swarm service that runs it. A pure function: the same release always
 * gives the same service, whichever instance makes it.
 */
public final class ServicePlan {
  private static final long MEBIBYTE = 1024L * 1024;

  /** Enough for a big JVM or a forking server, too few for a fork bomb to hurt the host. */
  private static final long PROCESSES = 4096;

  /**
   * What images need that begin as root, make their folders theirs and go on as somebody else on a
   * port below 1024. Of what the engine gives by itself these are missing: raw sockets, device
   * files, changing its root, audit messages, and giving programs capabilities or set-id bits.
   */
  private static final List<String> KEPT =
      List.of(
          "CAP_CHOWN",
          "CAP_DAC_OVERRIDE",
          "CAP_FOWNER",
          "CAP_KILL",
          "CAP_NET_BIND_SERVICE",
          "CAP_SETGID",
          "CAP_SETUID");

  /** A command of one process without shell grammar: {@code exec} lets it hear SIGTERM itself. */
  private static final Pattern SIMPLE_COMMAND = Pattern.compile("[A-Za-z0-9_./][^;&|<>()`\n]*");

  private static final Pattern ASSIGNMENT = Pattern.compile("^[A-Za-z_][A-Za-z0-9_]*=.*");
  private static final Pattern BUILTIN = Pattern.compile("^(cd|export|set|if|while|for|\\.)\\b.*");

  private final Names names;
  private final TaskAddress address;

  /**
   * Plans services.
   *
   * @param address {@code PUBLISHED}: every release gets a port on its host, for nothing else leads
   *     to it
   */
  public ServicePlan(Names names, TaskAddress address) {
    this.names = names;
    this.address = address;
  }

  /**
   * How one attempt runs a release.
   *
   * @param image what the engine shall run: an image id, or a name with a registry in it
   * @param auth what nodes present to the registry, or null
   * @param network the project's network, which exists already
   * @param replicas how many tasks to begin with
   * @param constraints which nodes may run them
   * @param labels of this attempt, besides those of the release
   */
  public record Manner(
      String image,
      @Nullable RegistryAuth auth,
      String network,
      int replicas,
      List<String> constraints,
      Map<String, String> labels) {
    public Manner {
      constraints = List.copyOf(constraints);
      labels = Map.copyOf(labels);
    }
  }

  /**
   * The service of a release.
   *
   * @param environment the release's variables in clear
   */
  public ServiceSpec spec(Release release, Map<String, String> environment, Manner manner) {
    ReleaseSpec spec = release.spec();
    return ServiceSpec.of(names.service(release), manner.image())
        .registryAuth(manner.auth())
        .constraints(manner.constraints())
        .labelsEverywhere(Labels.fresh(names.installation(), release))
        .labelsEverywhere(manner.labels())
        .env(withPort(environment, spec.port()))
        .command(shell(spec.startCommand()))
        .networks(List.of(new Attachment(manner.network(), List.of(release.applicationName()))))
        .mounts(mounts(release))
        .replicas(manner.replicas())
        .memoryBytes(memoryBytes(spec.config().resources()))
        .cpus(cpus(spec.config().resources()))
        .pidsLimit(PROCESSES)
        .healthcheck(imageCheck(spec.config().healthCheck()))
        .hostPorts(hostPorts(spec))
        .dropCapabilities(List.of("ALL"))
        .keepCapabilities(KEPT)
        .confinement(confinement(spec.config().resources()))
        .stopFirst(spec.config().recreates())
        .build();
  }

  private List<VolumeMount> mounts(Release release) {
    return release.spec().config().volumes().stream().map(v -> mount(release, v)).toList();
  }

  private VolumeMount mount(Release release, Volume volume) {
    return new VolumeMount(
        names.volume(release.applicationName(), volume.name()),
        volume.path(),
        false,
        Labels.of(names.installation(), release.applicationId()));
  }

  /** The owner's own PORT wins: a program told another port must not be told two. */
  private static Map<String, String> withPort(Map<String, String> environment, int port) {
    Map<String, String> all = new HashMap<>(environment);
    all.putIfAbsent("PORT", Integer.toString(port));
    return all;
  }

  static List<String> shell(@Nullable String command) {
    if (command == null || command.isBlank()) {
      return List.of();
    }
    String line = command.strip();
    boolean alone =
        SIMPLE_COMMAND.matcher(line).matches()
            && !ASSIGNMENT.matcher(line).matches()
            && !BUILTIN.matcher(line).matches()
            && !line.startsWith("exec ");
    return List.of("/bin/sh", "-c", alone ? "exec " + line : line);
  }

  private static Confinement confinement(Resources resources) {
    boolean readOnly = Boolean.TRUE.equals(resources.readOnly());
    return new Confinement(true, readOnly, readOnly ? List.of("/tmp") : List.of());
  }

  private static long memoryBytes(Resources resources) {
    Integer limit = resources.memoryMb();
    return limit == null ? 0 : limit * MEBIBYTE;
  }

  private static double cpus(Resources resources) {
    Double limit = resources.cpus();
    return limit == null ? 0 : limit;
  }

  /**
   * With a path of our own to look at, the image's check would only be a second opinion that kills.
   */
  private static @Nullable Healthcheck imageCheck(HealthCheck check) {
    return check.path() == null ? null : Healthcheck.off();
  }

  private List<HostPort> hostPorts(ReleaseSpec spec) {
    boolean publish = spec.config().publish() || address == TaskAddress.PUBLISHED;
    return publish ? List.of(new HostPort(spec.port(), 0, "tcp")) : List.of();
  }
}
