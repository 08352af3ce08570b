package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.deployment.ReleaseState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A release as it looks from outside. */
record ReleaseView(
    ReleaseId id,
    ApplicationId applicationId,
    int number,
    DeploymentId deploymentId,
    ReleaseState state,
    @Nullable String commitSha,
    @Nullable String commitMessage,
    String image,
    String imageDigest,
    int environmentVersion,
    @Nullable String startCommand,
    int port,
    Instant createdAt,
    @Nullable Instant servedAt) {

  static ReleaseView of(Release release) {
    return new ReleaseView(
        release.id(),
        release.applicationId(),
        release.number(),
        release.deploymentId(),
        release.state(),
        release.spec().commitSha(),
        release.spec().commitMessage(),
        release.spec().image(),
        release.spec().imageDigest(),
        release.spec().environmentVersion(),
        release.spec().startCommand(),
        release.spec().port(),
        release.createdAt(),
        release.servedAt());
  }
}
