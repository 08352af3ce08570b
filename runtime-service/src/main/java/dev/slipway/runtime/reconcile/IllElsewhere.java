package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Warrant;
import dev.slipway.store.RestartStore;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has ill replicas on other nodes restarted. Swarm cannot end one task of many, so a process of the
 * task's node is asked by a row. When none does it in time, all replicas of the release are replaced
 * one by one, new before old: broader than wanted, and better than an ill replica for ever.
 */
final class IllElsewhere {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RestartStore restarts;
  private final DockerEngine engine;
  private final RuntimeLogs logs;
  private final Warrant warrant;
  private final String installation;

  IllElsewhere(ReconcileParts parts) {
    this.restarts = parts.stores().restarts();
    this.engine = parts.engine();
    this.logs = parts.logs();
    this.warrant = parts.warrant();
    this.installation = parts.installation();
  }

  void ask(String node, String container, ApplicationId application, String reason) {
    restarts.ask(node, container, application, reason).await();
  }

  /** Does what the nodes have not done. */
  void neglected() {
    for (RestartStore.Restart restart : restarts.neglected(PATIENCE).await()) {
      ServiceInfo service = serviceOf(restart);
      if (service != null) {
        warrant.check();
        logs.say(
            restart.applicationId(),
            LogLevel.WARN,
            "No process of its node restarts replica "
                + restart.containerId().substring(0, Math.min(12, restart.containerId().length()))
                + "; all replicas are replaced.");
        engine.restartService(service.id());
      }
      restarts.done(restart.containerId()).await();
    }
  }

  /** Null when that very container is gone or going already. */
  private @Nullable ServiceInfo serviceOf(RestartStore.Restart restart) {
    Map<String, String> its = Labels.of(installation, restart.applicationId());
    for (TaskInfo task : engine.tasks(its)) {
      if (restart.containerId().equals(task.containerId()) && task.serving()) {
        return engine.service(task.serviceId()).orElse(null);
      }
    }
    return null;
  }
}
