package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.gateway.live.EventStream;
import io.vertx.core.Future;

/** What happens, as it happens. */
public final class GetEventsHandler implements Endpoint {
  private final EventStream events;

  public GetEventsHandler(EventStream events) {
    this.events = events;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return events.answer(call);
  }
}
