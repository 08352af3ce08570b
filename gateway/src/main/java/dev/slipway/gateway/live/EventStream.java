package dev.slipway.gateway.live;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.event.Events.Event;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Events in the form that is asked for: socket, live stream or page. */
public final class EventStream {
  private final Vertx vertx;
  private final EventHub hub;

  public EventStream(Vertx vertx, EventHub hub) {
    this.vertx = vertx;
    this.hub = hub;
  }

  /** A page of events. */
  private record Page(List<Event> items, long next) {}

  public Future<Reply> answer(Call call) {
    ApplicationId application = call.text("applicationId").map(ApplicationId::new).orElse(null);
    Long after = after(call);
    if (call.upgrades()) {
      return from(after)
          .compose(start ->
              SocketSink.accept(vertx, call.request())
                  .map(socket -> followed(call, application, start, socket)));
    }
    if (call.accepts("text/event-stream") && call.request().method() != HttpMethod.HEAD) {
      return from(after)
          .map(start -> followed(call, application, start, new SseSink(vertx, call.request())));
    }
    return hub.store()
        .after(
            after == null ? 0 : after,
            application,
            (int) call.number("limit"),
            call.caller().visible())
        .map(items ->
            Reply.ok(
                new Page(
                    items, items.isEmpty() ? after == null ? 0 : after : items.getLast().id())));
  }

  /** Where a reader begins who names no event: found before he is told that he is let in. */
  private Future<Long> from(@Nullable Long after) {
    return after == null ? hub.store().newest() : Future.succeededFuture(after);
  }

  private Reply followed(Call call, @Nullable ApplicationId application, long after, Sink sink) {
    new EventFeed(hub, sink, new EventFeed.Filter(application, call.caller().visible()), after);
    return Reply.TAKEN_OVER;
  }

  private static @Nullable Long after(Call call) {
    String last = call.text("last-event-id").orElse("");
    return last.isEmpty() || last.length() > 18 ? call.numberOrNull("after") : Long.valueOf(last);
  }
}
