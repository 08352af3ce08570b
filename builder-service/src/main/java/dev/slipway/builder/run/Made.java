package dev.slipway.builder.run;

import org.jspecify.annotations.Nullable;

/**
 * An image and how to run it.
 *
 * @param reference the name it has on the engine
 * @param id its content
 * @param fingerprint names what it was made from; null for an image that was not built here
 * @param startCommand what must run instead of its own command, or null
 * @param port where the application listens
 */
record Made(
    String reference,
    String id,
    @Nullable String fingerprint,
    @Nullable String startCommand,
    int port) {}
