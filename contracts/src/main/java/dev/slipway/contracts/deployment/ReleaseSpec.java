package dev.slipway.contracts.deployment;

import dev.slipway.contracts.application.ApplicationConfig;
import org.jspecify.annotations.Nullable;

/**
 * Everything a release is, fixed for ever: rolling back copies it whole.
 *
 * @param image reference the engine runs
 * @param imageDigest content id of the image: {@code sha256:…}
 * @param environmentVersion the version of the application's environment it runs with
 * @param startCommand what runs, decided by the plan; null: the image's own command
 * @param port the port it listens on
 */
public record ReleaseSpec(
    String image,
    String imageDigest,
    int environmentVersion,
    ApplicationConfig config,
    @Nullable String startCommand,
    int port,
    @Nullable String commitSha,
    @Nullable String commitMessage) {}
