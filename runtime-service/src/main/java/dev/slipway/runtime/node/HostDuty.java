package dev.slipway.runtime.node;

import dev.slipway.contracts.node.NodeId;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every runtime does for its own host: it competes for the lease of that host, and who holds
 * it answers for it. An engine that is in no Swarm yet, or does not answer, is asked again.
 */
public final class HostDuty {
  private static final Logger LOG = LoggerFactory.getLogger(HostDuty.class);
  private static final long LOOK_AGAIN_MS = 5_000;

  private final Vertx vertx;
  private final Bus bus;
  private final Leases leases;
  private final HostParts host;
  private final Function<NodeId, LeaseKeeper.Owner> more;
  private final Aside aside;
  private @Nullable LeaseKeeper keeper;
  private long timer = -1;
  private boolean stopped;

  /**
   * A duty that is not competed for yet.
   *
   * @param more what else is done for the host by whoever holds its lease
   */
  public HostDuty(
      Vertx vertx,
      Bus bus,
      Leases leases,
      HostParts host,
      Function<NodeId, LeaseKeeper.Owner> more) {
    this.vertx = vertx;
    this.bus = bus;
    this.leases = leases;
    this.host = host;
    this.more = more;
    this.aside = new Aside(vertx);
  }

  /** Begins; the engine is asked who it is beside the event loop. */
  public Future<Void> start() {
    return aside
        .run(() -> Optional.ofNullable(host.engine().info().nodeId()))
        .onSuccess(this::compete)
        .onFailure(failure -> {
          LOG.warn("The engine does not say which host it is: {}", failure.getMessage());
          again();
        })
        .<Void>mapEmpty()
        .otherwiseEmpty();
  }

  private synchronized void compete(Optional<String> node) {
    if (stopped) {
      return;
    }
    if (node.isEmpty()) {
      again();
      return;
    }
    NodeId id = new NodeId(node.get());
    var answers = new NodeAnswers(vertx, bus, id, host);
    keeper = new LeaseKeeper(vertx, leases, NodeAnswers.lease(id), answers.and(more.apply(id)));
    keeper.start();
  }

  private synchronized void again() {
    if (!stopped) {
      timer = vertx.setTimer(LOOK_AGAIN_MS, due -> start());
    }
  }

  /** Gives the lease back, so that another runtime of this host answers at once. */
  public synchronized Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return keeper == null ? Future.succeededFuture() : keeper.stop();
  }
}
