package dev.slipway.gateway.live;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.store.LogStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who follows a log. There is one ear at the bus while anybody does, and one {@link
 * LogChannel} for each log that is followed, however many follow it. Lives on one event loop.
 */
public final class LogHub {
  private static final String DEPLOYMENT = "d:";
  private static final Duration LONGEST_DEPLOYMENT = Duration.ofHours(12);

  private final Vertx vertx;
  private final Bus bus;
  private final LogStore store;
  private final EventHub events;
  private final Map<String, LogChannel> channels = new HashMap<>();
  private @Nullable Future<Subscription> ear;
  private boolean goingAway;

  public LogHub(Vertx vertx, Bus bus, LogStore store, EventHub events) {
    this.vertx = vertx;
    this.bus = bus;
    this.store = store;
    this.events = events;
  }

  /** Follows a log from after a number until the reader is gone or the log has ended. */
  void follow(String stream, long after, @Nullable LineFilter filter, Sink sink) {
    LogChannel channel = channels.get(stream);
    if (channel == null) {
      channel = new LogChannel(vertx, store, stream, listening());
      channels.put(stream, channel);
      awaitEnd(channel);
    }
    LogChannel joined = channel;
    LogFeed feed = new LogFeed(vertx, joined, sink, after, filter);
    joined.join(feed);
    sink.onGone(() -> leave(joined, feed));
    if (goingAway) {
      feed.goAway();
    }
  }

  /** Sends every reader away, who comes now too, to come back elsewhere where it was. */
  public void goAway() {
    goingAway = true;
    List.copyOf(channels.values()).forEach(LogChannel::goAway);
  }

  /** How many read just now. */
  public int readers() {
    return channels.values().stream().mapToInt(LogChannel::readers).sum();
  }

  /** The log of a deployment ends with it; its event tells so before the next poll would. */
  private void awaitEnd(LogChannel channel) {
    if (channel.stream().startsWith(DEPLOYMENT)) {
      DeploymentId deployment = new DeploymentId(channel.stream().substring(DEPLOYMENT.length()));
      EventHub.Waiting end = events.end(deployment, LONGEST_DEPLOYMENT);
      channel.onClose(end::giveUp);
      end.over().onSuccess(over -> channel.look());
    }
  }

  private Future<Subscription> listening() {
    Future<Subscription> known = ear;
    if (known == null) {
      known = bus.hear(LogStreams.APPENDED, this::heard);
      ear = known;
    }
    return known;
  }

  private void heard(Appended batch) {
    LogChannel channel = channels.get(batch.stream());
    if (channel != null) {
      channel.heard(batch);
    }
  }

  private void leave(LogChannel channel, LogFeed feed) {
    channel.leave(feed);
    if (channel.readers() == 0 && channels.remove(channel.stream(), channel)) {
      channel.close();
    }
    Future<Subscription> open = ear;
    if (channels.isEmpty() && open != null) {
      ear = null;
      open.onSuccess(Subscription::end);
    }
  }
}
