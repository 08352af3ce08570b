package dev.slipway.contracts.key;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it may be shown: the key itself is told once, when it is made.
 *
 * @param scopes what it may do: {@code admin}, {@code read}, {@code write}, {@code deploy}
 * @param prefix the first characters of the key, to recognise it by
 * @param userId whose it is, so that it may never do more than he may; null: the installation's
 * @param projectId the only project it works in; null: wherever its holder may
 */
public record ApiKey(
    String id,
    String name,
    Set<String> scopes,
    String prefix,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable String userId,
    @Nullable String projectId) {}
