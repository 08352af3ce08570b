package dev.slipway.backup.stream;

/**
 * What a stream consisted of.
 *
 * @param size in bytes
 * @param sha256 64 hexadecimal digits
 */
public record Digest(long size, String sha256) {}
