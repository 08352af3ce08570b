package dev.slipway.backup.stream;

import dev.slipway.backup.destination.Stored;
import java.util.Optional;

/**
 * A backup that was written.
 *
 * @param plain what went in
 * @param stored what lies at the destination
 * @param keyId the key it is sealed under; empty when it is only compressed
 */
public record Sealed(Digest plain, Stored stored, Optional<String> keyId) {}
