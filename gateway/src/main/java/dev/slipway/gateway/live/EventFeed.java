package dev.slipway.gateway.live;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.event.Events.Event;
import dev.slipway.gateway.http.ApiJson;
import dev.slipway.store.Visible;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One reader of events. What is new waits in a bounded queue; when that is full the queue is
 * dropped and the reader is fed from the table, from where it stands.
 */
final class EventFeed {
  private static final int MOST_WAITING = 1_000;
  private static final int A_READ = 200;

  private final EventHub hub;
  private final Sink sink;
  private final Filter filter;
  private final Deque<Event> waiting = new ArrayDeque<>();
  private final Set<Long> lately =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
              return size() > A_READ;
            }
          });
  private long told;
  private boolean behind = true;
  private boolean reading;

  /**
   * What the reader gets.
   *
   * @param application only events of this one; null: of all
   * @param visible whoever may not see everything reads from the table, which knows what he may
   */
  record Filter(@Nullable ApplicationId application, Visible visible) {}

  EventFeed(EventHub hub, Sink sink, Filter filter, long after) {
    this.hub = hub;
    this.sink = sink;
    this.filter = filter;
    this.told = after;
    sink.onRoom(this::goOn);
    sink.onGone(() -> hub.leave(this));
    hub.follow(this);
    goOn();
  }

  void goAway() {
    sink.goAway("");
  }

  void heard(Event event) {
    ApplicationId application = filter.application();
    if (application != null && !application.value().equals(event.applicationId())) {
      return;
    }
    if (behind || !filter.visible().everything() || waiting.size() >= MOST_WAITING) {
      waiting.clear();
      behind = true;
    } else {
      waiting.add(event);
    }
    goOn();
  }

  private void goOn() {
    if (reading || sink.isFull()) {
      return;
    }
    if (behind) {
      readFromTable();
      return;
    }
    while (!waiting.isEmpty() && !sink.isFull()) {
      tell(waiting.removeFirst());
    }
  }

  private void readFromTable() {
    reading = true;
    long newest = hub.newest();
    Future<List<Event>> found =
        hub.store().after(told, filter.application(), A_READ, filter.visible());
    found.onComplete(read -> {
      reading = false;
      if (read.failed()) {
        return; // the hub's next word lets it try again
      }
      read.result().forEach(this::tell);
      if (read.result().size() < A_READ) {
        told = Math.max(told, newest);
        behind = hub.newest() > told;
      }
      if (behind) {
        goOn();
      }
    });
  }

  /**
   * Numbers are given out before their transactions commit, so a smaller one may come late; twice
   * it never comes.
   */
  private void tell(Event event) {
    if (!lately.add(event.id())) {
      return;
    }
    told = Math.max(told, event.id());
    String json = ApiJson.buffer(event).toString();
    sink.write(
        switch (sink.form()) {
          case FRAMES -> Frames.text(json);
          case SSE ->
              Buffer.buffer(
                  "id: " + event.id() + "\nevent: " + event.type() + "\ndata: " + json + "\n\n");
        });
  }
}
