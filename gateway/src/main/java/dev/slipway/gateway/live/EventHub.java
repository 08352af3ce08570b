package dev.slipway.gateway.live;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.event.Events.Event;
import dev.slipway.platform.pg.DatabaseUrl;
import dev.slipway.platform.pg.Listener;
import dev.slipway.store.EventStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who follows events or waits for one. PostgreSQL names each new event; it is read once
 * for all. Nothing is read while nobody follows. Lives on the event loop it was made on.
 */
public final class EventHub {
  private static final Logger LOG = LoggerFactory.getLogger(EventHub.class);
  private static final int KNOWN_IDS = 4_096;
  private static final int READ_AT_ONCE = 500;
  private static final long POLL_MS = 5_000;

  private final Vertx vertx;
  private final Context context;
  private final EventStore store;
  private final Listener listener;
  private final Set<EventFeed> feeds = new HashSet<>();
  private final Map<String, Set<Waiting>> waiting = new HashMap<>();
  private final Set<Long> named = new LinkedHashSet<>();
  private final Map<Long, Boolean> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
          return size() > KNOWN_IDS;
        }
      };
  private long newest;
  private boolean reading;
  private long poll;

  public EventHub(Vertx vertx, EventStore store, DatabaseUrl url) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.store = store;
    this.listener =
        new Listener(vertx, url)
            .on(EventStore.CHANNEL, id -> context.runOnContext(go -> heard(id)))
            .onConnected(() -> context.runOnContext(go -> catchUp()));
  }

  public Future<Void> start() {
    return store
        .newest()
        .compose(id -> {
          newest = id;
          poll = vertx.setPeriodic(POLL_MS, timer -> catchUp());
          return listener.start();
        });
  }

  /** Sends every reader away and lets everybody who waits have an answer now. */
  public Future<Void> stop() {
    vertx.cancelTimer(poll);
    List.copyOf(feeds).forEach(EventFeed::goAway);
    for (Set<Waiting> others : List.copyOf(waiting.values())) {
      List.copyOf(others).forEach(Waiting::giveUp);
    }
    return listener.stop();
  }

  /** The newest event that is known of. */
  long newest() {
    return newest;
  }

  EventStore store() {
    return store;
  }

  void follow(EventFeed feed) {
    feeds.add(feed);
  }

  void leave(EventFeed feed) {
    feeds.remove(feed);
  }

  /** Somebody who waits for a deployment's end. */
  public final class Waiting {
    private final Promise<Void> over = Promise.promise();
    private final String deployment;
    private final long timer;

    private Waiting(String deployment, Duration patience) {
      this.deployment = deployment;
      this.timer = vertx.setTimer(patience.toMillis(), late -> giveUp());
    }

    /** Succeeds when the deployment has ended, the patience is over or it was given up. */
    public Future<Void> over() {
      return over.future();
    }

    /** Waits no longer. */
    public void giveUp() {
      vertx.cancelTimer(timer);
      Set<Waiting> others = waiting.get(deployment);
      if (others != null && others.remove(this) && others.isEmpty()) {
        waiting.remove(deployment);
      }
      over.tryComplete();
    }
  }

  /**
   * Waits for a deployment's end. Look at it once more after this call: it may have ended before.
   */
  public Waiting end(DeploymentId deployment, Duration patience) {
    Waiting one = new Waiting(deployment.value(), patience);
    waiting.computeIfAbsent(deployment.value(), none -> new HashSet<>()).add(one);
    return one;
  }

  private boolean nobodyCares() {
    return feeds.isEmpty() && waiting.isEmpty();
  }

  private void heard(String id) {
    long number = Long.parseLong(id);
    if (nobodyCares()) {
      newest = Math.max(newest, number);
    } else if (!known.containsKey(number)) {
      named.add(number);
      readNamed();
    }
  }

  private void readNamed() {
    if (reading || named.isEmpty()) {
      return;
    }
    reading = true;
    List<Long> ids = named.stream().limit(READ_AT_ONCE).toList();
    store
        .byIds(ids)
        .onComplete(read -> {
          reading = false;
          ids.forEach(named::remove);
          if (read.succeeded()) {
            read.result().forEach(this::tell);
            readNamed();
          } else {
            LOG.warn("Cannot read events: {}", read.cause().toString());
          }
        });
  }

  /** What was named while we did not listen, or was not named at all. */
  private void catchUp() {
    if (reading || nobodyCares()) {
      return;
    }
    reading = true;
    store
        .after(newest, READ_AT_ONCE)
        .onComplete(read -> {
          reading = false;
          if (read.succeeded()) {
            read.result().forEach(this::tell);
            if (read.result().size() == READ_AT_ONCE) {
              catchUp();
            }
          }
          readNamed();
        });
  }

  private void tell(Event event) {
    newest = Math.max(newest, event.id());
    if (known.put(event.id(), true) != null) {
      return;
    }
    for (EventFeed feed : List.copyOf(feeds)) {
      feed.heard(event);
    }
    String deployment = event.deploymentId();
    String status = event.status();
    if (deployment != null && status != null && isEnd(status)) {
      new ArrayList<>(waiting.getOrDefault(deployment, Set.of())).forEach(Waiting::giveUp);
    }
  }

  private static boolean isEnd(String status) {
    return status.equals("success") || status.equals("failed") || status.equals("cancelled");
  }
}
