/**
 * The real engine: its HTTP API over the engine's socket, BuildKit through {@code docker buildx},
 * and docker-java for the classic builder. Nothing outside this package knows any of the three.
 */
@NullMarked
package dev.slipway.docker.java;

import org.jspecify.annotations.NullMarked;
