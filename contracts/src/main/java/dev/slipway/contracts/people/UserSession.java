package dev.slipway.contracts.people;

import java.time.Instant;

/**
 * Somebody who is signed in somewhere.
 *
 * @param address from where it was opened
 * @param userAgent what opened it called itself; up to 200 characters
 * @param lastSeenAt to the minute
 * @param expiresAt when it ends whatever it is used for
 */
public record UserSession(
    String id,
    String userId,
    String email,
    String address,
    String userAgent,
    Instant createdAt,
    Instant lastSeenAt,
    Instant expiresAt) {}
