package dev.slipway.runtime.node;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Exec;
import dev.slipway.contracts.node.NodeContract.Executed;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.DockerProblem;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.runtime.service.Labels;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs one command in a container of this host, for who asked over the bus. */
final class CommandRun {
  private final HostParts host;

  CommandRun(HostParts host) {
    this.host = host;
  }

  /** Blocks until the command has ended or its time is over. */
  Executed of(Exec asked) {
    if (asked.timeoutSeconds() < 1 || asked.timeoutSeconds() > NodeContract.MOST_SECONDS) {
      throw Problem.invalid("timeoutSeconds", "must be 1 to " + NodeContract.MOST_SECONDS);
    }
    SecretMask mask = mask(ours(asked));
    BoundedOutput output = new BoundedOutput(NodeContract.MOST_OUTPUT, mask);
    Integer exitCode = run(asked, output);
    return new Executed(exitCode, output.text(), output.dropped());
  }

  private @Nullable Integer run(Exec asked, BoundedOutput output) {
    try {
      return host.engine()
          .exec(
              asked.containerId(),
              asked.command(),
              Duration.ofSeconds(asked.timeoutSeconds()),
              output);
    } catch (DockerProblem.TimedOut late) {
      return null;
    }
  }

  /** A container of that application and of nobody else: an id alone proves nothing. */
  private ReleaseId ours(Exec asked) {
    ContainerInfo found =
        host.engine()
            .container(asked.containerId())
            .filter(info ->
                host.installation().equals(info.labels().get(Labels.INSTALLATION))
                    && asked.applicationId().equals(Labels.application(info.labels())))
            .orElseThrow(() -> Problem.notFound("replica", asked.containerId()));
    ReleaseId release = Labels.release(found.labels());
    if (release == null || !found.running()) {
      throw Problem.conflict(
          "replica_not_running",
          "The replica does not run just now.",
          "See which do: GET /api/applications/" + asked.applicationId() + "/replicas.");
    }
    return release;
  }

  /** What the container was given; without knowing it nothing may be shown, so this may fail. */
  private SecretMask mask(ReleaseId id) {
    Release release = host.stores().releases().get(id).await();
    return SecretMask.of(
        host.stores()
            .environments()
            .secretValues(release.applicationId(), release.spec().environmentVersion())
            .await());
  }
}
