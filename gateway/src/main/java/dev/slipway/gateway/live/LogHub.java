package dev.slipway.gateway.live;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.store.LogStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who follows a log. There is one ear at the bus while anybody does, and one {@link LogChannel} for each log
 * that is followed, however many follow it. Lives on one event loop.
 */
public final class LogHub {
  private final Vertx vertx;
  private final Bus bus;
  private final LogStore store;
  private final Map<String, LogChannel> channels = new HashMap<>();
  private @Nullable Future<Subscription> ear;

  public LogHub(Vertx vertx, Bus bus, LogStore store) {
    this.vertx = vertx;
    this.bus = bus;
    this.store = store;
  }

  /** Follows a log from after a number until the reader is gone or the log has ended. */
  void follow(String stream, long after, @Nullable LineFilter filter, Sink sink) {
    LogChannel channel = channels.get(stream);
    if (channel == null) {
      channel = new LogChannel(vertx, store, stream, listening());
      channels.put(stream, channel);
    }
    LogChannel joined = channel;
    LogFeed feed = new LogFeed(vertx, joined, sink, after, filter);
    joined.join(feed);
    sink.onGone(() -> leave(joined, feed));
  }

  /** Sends every reader away, to come back where it was when we are up again. */
  public void goAway() {
    List.copyOf(channels.values()).forEach(LogChannel::goAway);
  }

  /** How many read just now. */
  public int readers() {
    return channels.values().stream().mapToInt(LogChannel::readers).sum();
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
