package dev.slipway.gateway.api;

import dev.slipway.gateway.GatewayConfig;
import dev.slipway.gateway.http.Call;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.cluster.ProcessRegister.Load;
import dev.slipway.platform.cluster.StartPhase;
import dev.slipway.store.ProcessStore;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The installation as it looks from outside.
 *
 * @param id empty while it is not known yet
 * @param nodes machines of the engine; null while it is not known
 */
public record InstallationView(
    String id,
    String version,
    String status,
    String uiUrl,
    String apiUrl,
    String applicationsDomain,
    int applicationsPort,
    GetHealthHandler.Check database,
    GetHealthHandler.Check docker,
    @Nullable Integer nodes,
    List<Process> processes,
    Membership cluster) {

  /** One process of the platform. */
  record Process(
      String id,
      String role,
      @Nullable String version,
      @Nullable String host,
      @Nullable String nodeId,
      boolean ready,
      boolean alive,
      boolean draining,
      @Nullable Load load,
      @Nullable Instant startedAt,
      Instant heartbeatAt,
      boolean clusterMember) {

    static Process of(ProcessStore.Process seen, List<String> members) {
      String address = seen.address();
      return new Process(
          seen.id(),
          seen.role(),
          seen.version(),
          seen.host(),
          seen.nodeId(),
          seen.ready(),
          seen.alive(),
          seen.draining(),
          seen.load(),
          seen.startedAt(),
          seen.heartbeatAt(),
          address != null && members.contains(address));
    }
  }

  /**
   * The bus as the answering gateway sees it.
   *
   * @param members processes on it; 0: it ends where this process does
   */
  record Membership(int members, boolean safe) {}

  /** What can be told while nothing but this port is there. */
  public static InstallationView starting(
      StartPhase phase, String version, GatewayConfig config, String host) {
    var unknown = new GetHealthHandler.Check("degraded", "The platform is starting.");
    return new InstallationView(
        "",
        version,
        phase.wire(),
        "http://" + host + ":" + config.uiPort(),
        "http://" + host + ":" + config.apiPort(),
        config.domain(),
        config.httpPort(),
        unknown,
        unknown,
        null,
        List.of(),
        new Membership(0, false));
  }

  static Membership membership(Cluster cluster, boolean safe) {
    return new Membership(cluster.members().size(), safe);
  }

  /** The address the caller reached us by is one that works for him. */
  static String host(Call call) {
    var authority = call.request().authority();
    return host(authority == null ? null : authority.host());
  }

  /** A host that may be repeated in an answer. */
  public static String host(@Nullable String asked) {
    return asked != null && asked.matches("[A-Za-z0-9.:\\[\\]-]{1,253}") ? asked : "127.0.0.1";
  }
}
