package dev.slipway.runtime.deploy;

import dev.slipway.contracts.route.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that answered their health check.
 *
 * @param publishedAddress where the application's own port is on the host, when it asked for one
 */
record Proven(List<Target> targets, @Nullable String publishedAddress) {}
