package dev.slipway.ingress.proxy;

import dev.slipway.ingress.http.Head;
import dev.slipway.ingress.http.TrustedProxies;
import dev.slipway.ingress.routes.Routes;
import dev.slipway.ingress.routes.Upstream;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop and all that belongs to it. Only its own thread touches it, save for {@link
 * #tell}. While it has nothing to watch it does nothing at all.
 */
final class Lane {
  static final java.time.Duration LINGER = java.time.Duration.ofSeconds(2);

  /** How long an unused connection stays open after its ingress began to leave. */
  static final java.time.Duration LAST_CALL = java.time.Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
  private static final long SWEEP_MILLIS = 250;

  private final EventLoop loop;
  private final Shared shared;
  private final Bootstrap origins;
  private final Head head = new Head();
  private final byte[] scratch = new byte[Head.MAX_BYTES];
  private final OriginPool pool = new OriginPool();
  private final Set<ClientConnection> clients = new HashSet<>();
  private final Set<Tunnel> tunnels = new HashSet<>();
  private final Set<Exchange> held = new LinkedHashSet<>();
  private final Map<String, Integer> heldPerHost = new HashMap<>();
  private boolean sweeping;
  private volatile boolean closing;

  /** What all lanes of a proxy have in common. */
  record Shared(Routes routes, Limits limits, TrustedProxies trusted, Counters counters) {}

  Lane(EventLoop loop, Shared shared, Bootstrap origins) {
    this.loop = loop;
    this.shared = shared;
    this.origins = origins;
  }

  Routes routes() {
    return shared.routes();
  }

  Limits limits() {
    return shared.limits();
  }

  Counters counters() {
    return shared.counters();
  }

  TrustedProxies trustedProxies() {
    return shared.trusted();
  }

  Head head() {
    return head;
  }

  byte[] scratch() {
    return scratch;
  }

  OriginPool pool() {
    return pool;
  }

  boolean closing() {
    return closing;
  }

  /** Runs a task on this lane, from any thread; a lane that has ended hears nothing any more. */
  void tell(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("The lane has ended: {}", e.getMessage());
    }
  }

  void add(ClientConnection client) {
    clients.add(client);
    counters().connections.increment();
    counters().open.incrementAndGet();
    sweepSoon();
  }

  void remove(ClientConnection client) {
    if (clients.remove(client)) {
      counters().open.decrementAndGet();
    }
  }

  void add(Tunnel tunnel) {
    tunnels.add(tunnel);
    sweepSoon();
  }

  void remove(Tunnel tunnel) {
    tunnels.remove(tunnel);
  }

  void connect(Upstream upstream, Exchange exchange) {
    counters().originConnections.increment();
    ChannelFuture connecting =
        origins.clone(loop).handler(new Silent()).connect(upstream.address());
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        Channel channel = connecting.channel();
        OriginConnection connection = new OriginConnection(this, channel, upstream);
        channel.pipeline().addLast(connection);
        exchange.connected(connection);
      } else {
        exchange.connectFailed(upstream);
      }
    });
  }

  /** Until the connection is there, nothing is to be heard. */
  private static final class Silent extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {}
  }

  /** Keeps a request until the table changes; false when too many wait for this host already. */
  boolean hold(Exchange exchange) {
    String host = exchange.request.host();
    int waiting = heldPerHost.getOrDefault(host, 0);
    if (waiting >= limits().held()) {
      return false;
    }
    heldPerHost.put(host, waiting + 1);
    held.add(exchange);
    counters().held.incrementAndGet();
    return true;
  }

  void forget(Exchange exchange) {
    if (!held.isEmpty() && held.remove(exchange)) {
      counters().held.decrementAndGet();
      heldPerHost.merge(exchange.request.host(), -1, Integer::sum);
      heldPerHost.remove(exchange.request.host(), 0);
    }
  }

  /** The table changed: whoever waited looks again, in the order they came. */
  void routesSwapped() {
    for (Exchange waiting : List.copyOf(held)) {
      forget(waiting);
      waiting.release();
    }
    pool.expire(System.nanoTime());
  }

  private void sweepSoon() {
    if (!sweeping) {
      sweeping = true;
      loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    for (ClientConnection client : new ArrayList<>(clients)) {
      client.expireIfDue(now);
    }
    for (Tunnel tunnel : new ArrayList<>(tunnels)) {
      tunnel.expireIfDue(now);
    }
    pool.expire(now);
    if (!clients.isEmpty() || !tunnels.isEmpty() || !pool.isEmpty()) {
      sweepSoon();
    }
  }

  /** From now on every answer is the last of its connection. */
  void beginClosing() {
    closing = true;
    new ArrayList<>(clients).forEach(ClientConnection::lastCall);
  }

  void closeTunnels() {
    new ArrayList<>(tunnels).forEach(Tunnel::goAway);
  }

  void closeRest() {
    new ArrayList<>(clients).forEach(client -> client.channel().close());
    new ArrayList<>(tunnels).forEach(Tunnel::close);
    pool.closeAll();
  }

  /** Networks break all the time; anything else is a mistake of ours and must be seen. */
  void notable(Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("Connection lost: {}", cause.toString());
    } else {
      LOG.error("A connection was closed because of a mistake in the ingress", cause);
    }
  }
}
