package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.Alarm;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;

/** What somebody must look at, newest first. */
final class ListAlarmsHandler implements Endpoint {
  private final Stores stores;

  ListAlarmsHandler(Stores stores) {
    this.stores = stores;
  }

  @Override
  public Future<Reply> answer(Call call) {
    return stores
        .alarms()
        .list(call.flag("open"), Page.after(call), Page.wanted(call), call.caller().visible())
        .map(found -> Reply.ok(Page.of(call, found, alarm -> alarm, Alarm::id)));
  }
}
