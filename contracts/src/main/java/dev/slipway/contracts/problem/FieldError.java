package dev.slipway.contracts.problem;

/**
 * One field of a request that cannot be accepted.
 *
 * @param field its path in the request, as in {@code build.type}; empty for the whole body
 * @param message what is wrong and what would be right
 */
public record FieldError(String field, String message) {}
