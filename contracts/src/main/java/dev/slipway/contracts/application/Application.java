package dev.slipway.contracts.application;

import dev.slipway.contracts.deployment.ReleaseId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An application as it stands.
 *
 * @param name unique in the installation, {@code [a-z0-9-]}, 1 to 40 characters: it is a host name
 * @param version counts its changes; the ETag
 * @param stopped its owner wants it stopped
 * @param networkName the overlay network of its project
 */
public record Application(
    ApplicationId id,
    String name,
    ProjectId projectId,
    String projectName,
    ApplicationConfig config,
    ApplicationStatus status,
    boolean stopped,
    @Nullable ReleaseId currentReleaseId,
    @Nullable String publishedAddress,
    long version,
    Instant createdAt,
    Instant updatedAt) {}
