/**
 * The engine's twin for tests: no Docker, yet its containers are real servers on loopback
 * addresses, so that health checks and routes are real too. It passes the same test kit as the real
 * engine.
 */
@NullMarked
package dev.slipway.docker.memory;

import org.jspecify.annotations.NullMarked;
