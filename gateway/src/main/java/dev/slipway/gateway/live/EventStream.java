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
      return SocketSink.accept(vertx, call.request())
          .map(socket -> followed(call, application, after, socket));
    }
    if (call.accepts("text/event-stream") && call.request().method() != HttpMethod.HEAD) {
      return Future.succeededFuture(
          followed(call, application, after, new SseSink(vertx, call.request())));
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

  private Reply followed(
      Call call, @Nullable ApplicationId application, @Nullable Long after, Sink sink) {
    new EventFeed(
        hub,
        sink,
        new EventFeed.Filter(application, call.caller().visible()),
        after == null ? hub.newest() : after);
    return Reply.TAKEN_OVER;
  }

  private static @Nullable Long after(Call call) {
    String last = call.text("last-event-id").orElse("");
    return last.isEmpty() || last.length() > 18 ? call.numberOrNull("after") : Long.valueOf(last);
  }
}
