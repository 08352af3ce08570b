package dev.slipway.runtime.node;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Reached;
import dev.slipway.contracts.node.NodeContract.Reaches;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for one host, as long as this process holds the lease {@code node:<id>}: what runs there,
 * what it uses, what it reaches, and commands in its containers.
 */
public final class NodeAnswers implements LeaseKeeper.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAnswers.class);
  private static final int LOOKS_AT_ONCE = 32;
  private static final int COMMANDS_AT_ONCE = 8;
  private static final Subscription NOTHING = Future::succeededFuture;

  private final Bus bus;
  private final NodeId node;
  private final HostParts host;
  private final Aside aside;
  private final LocalContainers containers;
  private final CommandRun commands;
  private final RegistryCheck registry;

  /** Ends what is offered now; begun offers and endings follow one another, never cross. */
  private Future<Subscription> offered = Future.succeededFuture(NOTHING);

  public NodeAnswers(Vertx vertx, Bus bus, NodeId node, HostParts host) {
    this.bus = bus;
    this.node = node;
    this.host = host;
    this.aside = new Aside(vertx);
    this.containers = new LocalContainers(host);
    this.commands = new CommandRun(host);
    this.registry = new RegistryCheck(host);
  }

  /** The name of the lease whose holder answers for a host; it writes that host's logs, too. */
  public static String lease(NodeId node) {
    return LogStreams.writer(node.value());
  }

  @Override
  public void acquired(Lease lease) {
    start().onFailure(failure -> LOG.error("Nobody answers for the node {}", node, failure));
  }

  @Override
  public void lost(Lease lease) {
    stop().onFailure(failure -> LOG.warn("The node {} is still answered for", node, failure));
  }

  /** Offers the answers; succeeds when the whole cluster knows of them. */
  public synchronized Future<Void> start() {
    offered = ended().compose(done -> offer());
    return offered.mapEmpty();
  }

  /** Offers them no more. */
  public synchronized Future<Void> stop() {
    Future<Void> done = ended();
    offered = done.map(NOTHING);
    return done;
  }

  private Future<Void> ended() {
    return offered.otherwise(NOTHING).compose(Subscription::end);
  }

  private Future<Subscription> offer() {
    List<Future<Subscription>> all =
        List.of(
            offer(
                NodeContract.CONTAINERS,
                LOOKS_AT_ONCE,
                asked -> () -> containers.of(asked.applicationId())),
            offer(
                NodeContract.STATS,
                LOOKS_AT_ONCE,
                asked -> () -> containers.usage(asked.applicationId())),
            offer(
                NodeContract.DATABASE_STATS,
                LOOKS_AT_ONCE,
                asked -> () -> containers.usage(asked.databaseId())),
            offer(NodeContract.REACHES, LOOKS_AT_ONCE, asked -> () -> reached(asked)),
            offer(NodeContract.EXEC, COMMANDS_AT_ONCE, asked -> () -> commands.of(asked)));
    return Future.all(all)
        .onSuccess(known -> LOG.info("Answers for the node {}", node))
        .map(known ->
            () -> Future.join(all.stream().map(one -> one.result().end()).toList()).mapEmpty());
  }

  private <Q, A> Future<Subscription> offer(
      Ask<Q, A> ask, int admission, Function<Q, Callable<A>> work) {
    return bus.answer(ask.at(node.value()), admission, asked -> aside.run(work.apply(asked)));
  }

  private Reached reached(Reaches asked) throws InterruptedException {
    var reaches = Addresses.look(asked.addresses());
    return new Reached(host.process(), registry.look(), reaches, Instant.now());
  }
}
