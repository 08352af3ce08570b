package dev.slipway.platform.cluster;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A process' place in its cluster, once it has one. */
record Membership(Cluster cluster, BusProbe probe) {
  private static final Duration PATIENCE = Duration.ofMillis(1_500);

  /**
   * Succeeds, with words for whoever asks, when the bus reaches this process and the loss of any
   * member would lose nothing; fails with what is amiss.
   */
  Future<String> settled() {
    if (!probe.heard()) {
      return Future.failedFuture("the bus does not reach this process");
    }
    return cluster
        .safe()
        .compose(safe ->
            safe
                ? Future.succeededFuture(cluster.members().size() + " members")
                : Future.failedFuture("the cluster is moving its tables"))
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  Set<String> members() {
    return Set.copyOf(cluster.members());
  }
}
