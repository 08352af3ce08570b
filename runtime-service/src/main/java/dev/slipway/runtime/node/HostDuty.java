package dev.slipway.runtime.node;

import dev.slipway.contracts.node.NodeId;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.lease.Leases;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every runtime does for its own host: it competes for the lease of that host, and who holds
 * it answers for it. The engine is asked again and again which host it is: one that left a Swarm
 * and joined again is another.
 */
public final class HostDuty {
  private static final Logger LOG = LoggerFactory.getLogger(HostDuty.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Bus bus;
  private final Leases leases;
  private final HostParts host;
  private final List<LeaseKeeper.Owner> fellows;
  private final Aside aside;
  private Optional<NodeId> node = Optional.empty();
  private Optional<LeaseKeeper> keeper = Optional.empty();
  private long timer = -1;
  private boolean stopped;

  /**
   * The duty of one process.
   *
   * @param fellows what else is done for a host by whoever holds its lease
   */
  public HostDuty(
      Vertx vertx, Bus bus, Leases leases, HostParts host, List<LeaseKeeper.Owner> fellows) {
    this.vertx = vertx;
    this.bus = bus;
    this.leases = leases;
    this.host = host;
    this.fellows = fellows;
    this.aside = new Aside(vertx);
  }

  /** Succeeds after the first look, whatever the engine said: it may come up later. */
  public Future<Void> start() {
    return aside
        .run(() -> Optional.ofNullable(host.engine().info().nodeId()).map(NodeId::new))
        .compose(this::answerAs)
        .recover(failure -> {
          LOG.warn("The engine does not say which host it is: {}", failure.getMessage());
          return Future.succeededFuture();
        })
        .onComplete(done -> again());
  }

  private synchronized Future<Void> answerAs(Optional<NodeId> found) {
    if (stopped || found.equals(node)) {
      return Future.succeededFuture();
    }
    Future<Void> left = leave();
    node = found;
    keeper = found.map(id -> new LeaseKeeper(vertx, leases, NodeAnswers.lease(id), ownersOf(id)));
    keeper.ifPresent(LeaseKeeper::start);
    return left;
  }

  /**
   * One keeper for all that hangs on the lease: two in one process would take it from each other.
   */
  private LeaseKeeper.Owner ownersOf(NodeId id) {
    List<LeaseKeeper.Owner> owners = new ArrayList<>(fellows);
    owners.add(new NodeAnswers(vertx, bus, id, host));
    return new LeaseKeeper.Owner() {
      @Override
      public void acquired(Lease lease) {
        owners.forEach(owner -> owner.acquired(lease));
      }

      @Override
      public void lost(Lease lease) {
        owners.forEach(owner -> owner.lost(lease));
      }
    };
  }

  private Future<Void> leave() {
    return keeper.map(LeaseKeeper::stop).orElseGet(Future::succeededFuture);
  }

  private synchronized void again() {
    if (!stopped) {
      timer = vertx.setTimer(LOOK_AGAIN.toMillis(), due -> start());
    }
  }

  /** Gives the lease back, so that another runtime of this host answers at once. */
  public synchronized Future<Void> stop() {
    stopped = true;
    vertx.cancelTimer(timer);
    return leave();
  }
}
