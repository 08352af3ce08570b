package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** Asks every duty to run now: a row, which they find within seconds. */
public final class CreateHousekeepingRunHandler implements Endpoint {
  private final Changes changes;

  public CreateHousekeepingRunHandler(Changes changes) {
    this.changes = changes;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return changes
        .make(
            call,
            "housekeeping.run",
            "housekeeping",
            in -> in.housekeeping().ask(call.caller().name()))
        .map(asked -> Reply.accepted(asked).with("Location", "/api/housekeeping"));
  }
}
