package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.application.ApplicationId;
import org.jspecify.annotations.Nullable;

/**
 * Input of the build saga: everything frozen when the deployment was asked for. The environment is
 * named by its version, so that no secret lies in a saga's row.
 */
public record BuildOrder(
    DeploymentId deploymentId,
    ApplicationId applicationId,
    String applicationName,
    ApplicationConfig config,
    int environmentVersion,
    @Nullable String requestedCommit) {}
