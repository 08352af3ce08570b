package dev.slipway.platform.cluster;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the cluster still knows this process: whether its tables lead to everything that is
 * listened to here, and whether a question that it asks itself arrives. After a partition or a
 * rolling restart a member may be there while what it listens to was forgotten; nothing else would
 * ever tell it. Forgotten twice in a row it makes itself known anew.
 */
public final class BusProbe {
  private static final Logger LOG = LoggerFactory.getLogger(BusProbe.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final int TOLERATED = 1;
  private static final Ask<Echo, Echo> ASK =
      new Ask<>("process.echo", 1, Echo.class, Echo.class, Duration.ofSeconds(2));

  private final Cluster cluster;
  private final Bus bus;
  private final Ask<Echo, Echo> own;
  private final Duration every;
  private @Nullable Subscription answering;
  private long timer = -1;
  private int unheard;
  private boolean stopped;

  /** What is asked and answered. */
  public record Echo(long number) {}

  /**
   * A probe that does not ask yet.
   *
   * @param id this process' name, unique in the cluster
   */
  public BusProbe(Cluster cluster, Bus bus, String id) {
    this(cluster, bus, id, EVERY);
  }

  BusProbe(Cluster cluster, Bus bus, String id, Duration every) {
    this.cluster = cluster;
    this.bus = bus;
    this.own = ASK.at(id);
    this.every = every;
  }

  /** Begins to ask; succeeds when the cluster knows where this process answers. */
  public Future<Void> start() {
    return bus.answer(own, Future::succeededFuture)
        .onSuccess(subscription -> {
          answering = subscription;
          again();
        })
        .mapEmpty();
  }

  /** Whether all was well at the last look. */
  public synchronized boolean heard() {
    return unheard == 0;
  }

  /** Asks no more. */
  public Future<Void> stop() {
    synchronized (this) {
      stopped = true;
      cluster.vertx().cancelTimer(timer);
    }
    Subscription known = answering;
    return known == null ? Future.succeededFuture() : known.end();
  }

  private synchronized void again() {
    if (!stopped) {
      timer = cluster.vertx().setTimer(every.toMillis(), due -> look().onComplete(done -> again()));
    }
  }

  private Future<Void> look() {
    return cluster
        .forgotten(bus.addresses())
        .compose(forgotten ->
            forgotten.isEmpty()
                ? bus.ask(own, new Echo(System.nanoTime()))
                : Future.failedFuture(String.join(", ", forgotten)))
        .<Void>mapEmpty()
        .onSuccess(heard -> answered())
        .recover(this::missed);
  }

  private synchronized void answered() {
    unheard = 0;
  }

  private Future<Void> missed(Throwable failure) {
    synchronized (this) {
      unheard++;
      if (stopped || unheard <= TOLERATED) {
        return Future.succeededFuture();
      }
    }
    LOG.warn(
        "The cluster has forgotten this process ({}); everything it listens to is registered anew",
        failure.getMessage());
    return bus.registerAnew()
        .onFailure(late -> LOG.warn("Registering anew failed, the next try follows", late))
        .otherwiseEmpty();
  }
}
