/**
 * The shipped images as their users run them: {@code docker-compose.yml} and the one container that
 * holds the whole platform.
 */
@NullMarked
package dev.slipway.e2e.compose;

import org.jspecify.annotations.NullMarked;
