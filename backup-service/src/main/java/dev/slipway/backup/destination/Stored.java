package dev.slipway.backup.destination;

import java.time.Instant;
import java.util.Optional;

/**
 * An object at a destination.
 *
 * @param size in bytes
 * @param sha256 of its content, 64 hexadecimal digits: there after a {@link Destination#write},
 *     which proved it; not there when it was only looked up
 * @param at when it was completed, by the destination's clock
 */
public record Stored(String key, long size, Optional<String> sha256, Instant at) {}
