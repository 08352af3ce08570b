package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import org.jspecify.annotations.Nullable;

/**
 * Input of the build saga: everything frozen when the deployment was asked for. The environment is
 * named by its version, so that no secret lies in a saga's row.
 *
 * @param archive the source archive to build, by the hash of its content; null: the repository
 */
public record BuildOrder(
    DeploymentId deploymentId,
    ApplicationId applicationId,
    String applicationName,
    ApplicationConfig config,
    int environmentVersion,
    @Nullable String requestedCommit,
    @Nullable String archive) {

  /** An order to build from the repository. */
  public BuildOrder(
      DeploymentId deploymentId,
      ApplicationId applicationId,
      String applicationName,
      ApplicationConfig config,
      int environmentVersion,
      @Nullable String requestedCommit) {
    this(
        deploymentId,
        applicationId,
        applicationName,
        config,
        environmentVersion,
        requestedCommit,
        null);
  }
}
