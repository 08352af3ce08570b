package dev.slipway.gateway.api;

import dev.slipway.gateway.GatewayConfig;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.boot.Version;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.health.Health;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.store.ProcessStore.Process;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is installed here, where it answers and who is at work for it. */
public final class GetInstallationHandler implements Endpoint {
  private static final String DATABASE = "database";
  private static final String DOCKER = "docker";

  private static final long PATIENCE_MS = 1_500;

  private final Stores stores;
  private final HealthChecks checks;
  private final GatewayConfig config;
  private final Cluster cluster;

  public GetInstallationHandler(
      Stores stores, HealthChecks checks, GatewayConfig config, Cluster cluster) {
    this.stores = stores;
    this.checks = checks;
    this.config = config;
    this.cluster = cluster;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return Future.all(stores.installation().id(), checks.run(), stores.processes().all(), isSafe())
        .map(all ->
            Reply.ok(
                view(
                    all.resultAt(0),
                    all.resultAt(1),
                    all.resultAt(2),
                    all.resultAt(3),
                    InstallationView.host(call))));
  }

  /** A member that died just now is waited for longer than a reader of this page should be. */
  private Future<Boolean> isSafe() {
    return cluster.safe().timeout(PATIENCE_MS, TimeUnit.MILLISECONDS).otherwise(false);
  }

  private InstallationView view(
      String id, Health health, List<Process> processes, boolean safe, String host) {
    List<String> members = cluster.members();
    return new InstallationView(
        id,
        Version.TEXT,
        InstallationState.of(health, processes).wire(),
        "http://" + host + ":" + config.uiPort(),
        "http://" + host + ":" + config.apiPort(),
        config.domain(),
        config.httpPort(),
        GetHealthHandler.Check.of(health.checks().get(DATABASE)),
        GetHealthHandler.Check.of(health.checks().get(DOCKER)),
        nodes(processes),
        processes.stream().map(one -> InstallationView.Process.of(one, members)).toList(),
        InstallationView.membership(cluster, safe));
  }

  /** The machines that somebody of ours answers for. */
  private static @Nullable Integer nodes(List<Process> processes) {
    long nodes =
        processes.stream()
            .filter(Process::alive)
            .map(Process::nodeId)
            .filter(Objects::nonNull)
            .distinct()
            .count();
    return nodes == 0 ? null : Math.toIntExact(nodes);
  }
}
