package dev.slipway.runtime.insight;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.runtime.node.Aside;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what is asked about servers of databases: about somebody else's as long as it is started,
 * about those of a host as long as this process holds the host's lease.
 */
public final class DatabaseAnswers implements LeaseKeeper.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseAnswers.class);
  private static final int AT_ONCE = 8;
  private static final Subscription NOTHING = Future::succeededFuture;

  private final Bus bus;
  private final ServerLooks looks;
  private final Aside aside;

  /** Ends what is offered for the host; begun offers and endings follow one another. */
  private Future<Subscription> offered = Future.succeededFuture(NOTHING);

  DatabaseAnswers(Vertx vertx, Bus bus, ServerLooks looks) {
    this.bus = bus;
    this.looks = looks;
    this.aside = new Aside(vertx);
  }

  /** Offers what any runtime may answer, until the subscription is ended. */
  public Future<Subscription> start() {
    return together(
        List.of(
            offer(DatabaseContract.TEST, asked -> () -> looks.test(asked)),
            offer(DatabaseContract.INSIGHTS, asked -> () -> looks.foreign(asked))));
  }

  @Override
  public synchronized void acquired(Lease lease) {
    String node = node(lease);
    offered =
        ended()
            .compose(
                done -> offer(DatabaseContract.INSIGHTS.at(node), asked -> () -> looks.ours(asked)))
            .onFailure(
                failure -> LOG.error("Nobody answers for databases on the node {}", node, failure));
  }

  @Override
  public synchronized void lost(Lease lease) {
    offered = ended().map(NOTHING);
  }

  private Future<Void> ended() {
    return offered.otherwise(NOTHING).compose(Subscription::end);
  }

  /** The lease of a host is called {@code node:<id>}. */
  private static String node(Lease lease) {
    return lease.name().substring(lease.name().indexOf(':') + 1);
  }

  private <Q, A> Future<Subscription> offer(Ask<Q, A> ask, Function<Q, Callable<A>> work) {
    return bus.answer(ask, AT_ONCE, asked -> aside.run(work.apply(asked)));
  }

  private static Future<Subscription> together(List<Future<Subscription>> all) {
    return Future.all(all)
        .map(known ->
            () -> Future.join(all.stream().map(one -> one.result().end()).toList()).mapEmpty());
  }
}
