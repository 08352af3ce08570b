package dev.slipway.contracts.people;

import org.jspecify.annotations.Nullable;

/**
 * A role somewhere.
 *
 * @param projectId null: in the whole organization
 */
public record Membership(String organizationId, @Nullable String projectId, Role role) {}
