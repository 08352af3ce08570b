package dev.slipway.contracts.people;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may make himself known, once, until it expires.
 *
 * @param projectId null: in the whole organization
 */
public record Invitation(
    String id,
    String email,
    Role role,
    String organizationId,
    @Nullable String projectId,
    String invitedBy,
    Instant createdAt,
    Instant expiresAt) {}
