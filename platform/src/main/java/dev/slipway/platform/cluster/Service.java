package dev.slipway.platform.cluster;

import io.vertx.core.Deployable;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a role brings into its process.
 *
 * @param verticle the service itself; stopping it is draining it
 * @param nodeId the Swarm node of its engine; null when it has none
 * @param running pieces of work in hand just now
 * @param limit pieces of work at a time; 0 for a role that only answers
 * @param below what it leans on, closed after it
 */
public record Service(
    Deployable verticle,
    @Nullable String nodeId,
    IntSupplier running,
    int limit,
    AutoCloseable below) {

  /** A service that only answers and leans on nothing of its own. */
  public static Service answering(Deployable verticle) {
    return new Service(verticle, null, () -> 0, 0, () -> {});
  }
}
