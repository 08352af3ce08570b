package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An immutable, numbered version of an application that can serve.
 *
 * @param number counts the releases of its application from 1; part of its service's name
 * @param servedAt when it last began to serve; null: never
 */
public record Release(
    ReleaseId id,
    ApplicationId applicationId,
    String applicationName,
    int number,
    DeploymentId deploymentId,
    ReleaseSpec spec,
    ReleaseState state,
    Instant createdAt,
    @Nullable Instant servedAt) {}
