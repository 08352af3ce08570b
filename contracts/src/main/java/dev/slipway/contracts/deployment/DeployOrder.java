package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationId;

/** Input of the deploy saga: bring this release into service. */
public record DeployOrder(
    DeploymentId deploymentId, ApplicationId applicationId, ReleaseId releaseId) {}
