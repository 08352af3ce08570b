package dev.slipway.contracts.application;

import java.time.Instant;

/** Applications that belong together; they share a network and inherited variables. */
public record Project(ProjectId id, String name, Instant createdAt, Instant updatedAt) {}
