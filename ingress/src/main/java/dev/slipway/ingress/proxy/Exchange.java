package dev.slipway.ingress.proxy;

import dev.slipway.contracts.route.RouteState;
import dev.slipway.ingress.http.Request;
import dev.slipway.ingress.routes.ReleaseLoad;
import dev.slipway.ingress.routes.Routing;
import dev.slipway.ingress.routes.Site;
import dev.slipway.ingress.routes.Upstream;
import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: from the client's head to the last byte of the answer.
 *
 * <pre>
 *           +--> held --+
 *           |           |
 *   placed -+-----------+-> connecting -> sent -> answering -> ended
 *      ^                        |          |
 *      +--- another target -----+----------+   (while nothing of it was lost)
 * </pre>
 */
final class Exchange {
  private static final int MAX_ATTEMPTS = 4;

  final Lane lane;
  final ClientConnection client;
  final Request request;
  private Set<Upstream> tried = Set.of();
  private @Nullable ReleaseLoad load;
  private @Nullable Upstream upstream;
  private @Nullable OriginConnection origin;
  private @Nullable ByteBuf head;
  private int attempts;
  private boolean bodySent;
  private boolean answering;
  private boolean held;
  private long heldSince;
  private boolean ended;

  Exchange(Lane lane, ClientConnection client, Request request) {
    this.lane = lane;
    this.client = client;
    this.request = request;
    this.head = request.originHead();
    lane.counters().exchanges.incrementAndGet();
  }

  /** Finds where the request goes by the table of this moment. */
  void place() {
    while (!ended) {
      Routing routing = lane.routes().current();
      Site site = routing.site(request.host());
      if (site == null && !routing.known()) {
        unavailable(ErrorPage.routesUnknown(request.host()));
      } else if (site == null) {
        lane.counters().unknownHost.increment();
        answer(ErrorPage.unknownHost(request.host()));
      } else if (site.state() == RouteState.SERVING) {
        if (serve(routing, site)) {
          return;
        }
      } else if (site.state() == RouteState.HOLDING) {
        hold();
        return;
      } else {
        unavailable(ErrorPage.stopped(request.host()));
      }
    }
  }

  /**
   * Counts itself in before it looks whether the table is still the one it read. So whoever swaps
   * the table and then reads the count has seen every request that may still use the old one.
   */
  private boolean serve(Routing routing, Site site) {
    Upstream next = site.pick(tried, System.nanoTime());
    if (next == null && tried.isEmpty()) {
      unavailable(ErrorPage.noTargets(request.host()));
      return true;
    }
    if (next == null) {
      broken();
      return true;
    }
    enter(site.load(), next);
    if (lane.routes().current() != routing) {
      leave();
      return false;
    }
    attempt(next);
    return true;
  }

  private void enter(ReleaseLoad release, Upstream task) {
    load = release;
    upstream = task;
    release.enter();
    task.enter();
  }

  private void leave() {
    if (upstream != null) {
      upstream.leave();
      upstream = null;
    }
    if (load != null) {
      load.leave();
      load = null;
    }
  }

  private void hold() {
    if (!lane.hold(this)) {
      unavailable(ErrorPage.holding(request.host()));
      return;
    }
    if (!held) {
      held = true;
      heldSince = System.nanoTime();
    }
    // A table that changed elsewhere must not make the wait start again.
    client.patience(lane.limits().hold().minusNanos(System.nanoTime() - heldSince));
  }

  /** The table changed: perhaps the application is there now. */
  void release() {
    client.patience(lane.limits().answer());
    place();
  }

  private void attempt(Upstream task) {
    attempts++;
    OriginConnection pooled = attempts == 1 ? lane.pool().take(task, request.repeatable()) : null;
    if (pooled == null) {
      lane.connect(task, this);
    } else {
      send(pooled);
    }
  }

  void connected(OriginConnection fresh) {
    if (ended) {
      lane.pool().giveBack(fresh);
    } else {
      send(fresh);
    }
  }

  void connectFailed(Upstream task) {
    task.failed(System.nanoTime());
    if (!ended) {
      // Nothing was sent, the body waits with the client: any request may go elsewhere.
      tryAnother(task);
    }
  }

  private void tryAnother(Upstream failed) {
    leave();
    tried = new HashSet<>(tried);
    tried.add(failed);
    if (attempts >= MAX_ATTEMPTS) {
      broken();
    } else {
      lane.counters().retried.increment();
      place();
    }
  }

  private void send(OriginConnection connection) {
    origin = connection;
    connection.begin(this, request(head).retainedDuplicate());
    client.originReady();
  }

  private static ByteBuf request(@Nullable ByteBuf head) {
    if (head == null) {
      throw new IllegalStateException("The head was given up before the answer began");
    }
    return head;
  }

  @Nullable OriginConnection origin() {
    return origin;
  }

  boolean originTakesMore() {
    return origin != null && origin.takesMore();
  }

  void forward(ByteBuf body) {
    bodySent = true;
    if (origin == null) {
      body.release();
    } else {
      origin.write(body);
    }
  }

  void flushToOrigin() {
    if (origin != null) {
      origin.flush();
    }
  }

  /** The application's first byte: from here on this attempt is the answer. */
  void answerBegins() {
    answering = true;
    if (upstream != null) {
      upstream.answered();
    }
    if (head != null) {
      head.release();
      head = null;
    }
  }

  /** The answer is whole; the connection may serve another request if it is in order. */
  void answered(boolean originReusable, boolean clientReusable) {
    OriginConnection used = origin;
    boolean reusable =
        originReusable && request.body().complete() && upstream != null && !upstream.retired();
    end();
    if (used != null && reusable) {
      lane.pool().giveBack(used);
    } else if (used != null) {
      used.close();
    }
    client.answered(clientReusable);
  }

  /**
   * The application closed or broke the connection before its answer was whole.
   *
   * @param silent the client has heard nothing of it, not even that it is on its way
   */
  void originLost(boolean wasReused, boolean silent) {
    origin = null;
    if (ended) {
      return;
    }
    if (answering) {
      lane.counters().broken.increment();
      end();
      client.abort();
    } else if (silent && !bodySent && request.repeatable() && upstream != null) {
      Upstream lost = upstream;
      // A kept connection that was closed meanwhile says nothing about the task: same task again.
      if (wasReused && attempts == 1) {
        lane.counters().retried.increment();
        attempt(lost);
      } else {
        tryAnother(lost);
      }
    } else {
      broken();
    }
  }

  /** The application sent what is no HTTP. */
  void originMisbehaved() {
    OriginConnection used = origin;
    origin = null;
    if (used != null) {
      used.detach();
    }
    originLost(false, false);
  }

  /** The application agreed to another protocol: from here on both ends talk directly. */
  void becomeTunnel(Tunnel tunnel) {
    origin = null;
    lane.counters().upgrades.increment();
    lane.counters().exchanges.decrementAndGet();
    lane.counters().tunnels.incrementAndGet();
    lane.add(tunnel);
    ended = true;
  }

  void tunnelEnded() {
    lane.counters().tunnels.decrementAndGet();
    leave();
  }

  void clientGone() {
    if (!ended) {
      lane.counters().clientsGone.increment();
      drop();
    }
  }

  /** Gives up without a word: the client cannot be told any more. */
  void drop() {
    OriginConnection used = origin;
    end();
    if (used != null) {
      used.detach();
    }
  }

  void outOfPatience() {
    if (held && load == null) {
      unavailable(ErrorPage.holding(request.host()));
    } else if (answering) {
      drop();
      client.abort();
    } else {
      lane.counters().tooSlow.increment();
      answer(ErrorPage.tooSlow(request.host()));
    }
  }

  private void broken() {
    lane.counters().broken.increment();
    answer(ErrorPage.broken(request.host()));
  }

  private void unavailable(ErrorPage page) {
    lane.counters().unavailable.increment();
    answer(page);
  }

  private void answer(ErrorPage page) {
    drop();
    client.respond(page, request);
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    origin = null;
    lane.forget(this);
    lane.counters().exchanges.decrementAndGet();
    leave();
    if (head != null) {
      head.release();
      head = null;
    }
  }

  boolean answerBegun() {
    return answering;
  }
}
