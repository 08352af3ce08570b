package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.HousekeepingStore;
import dev.slipway.store.HousekeepingStore.Duty;
import dev.slipway.store.HousekeepingStore.Held;
import dev.slipway.store.HousekeepingStore.Result;
import io.vertx.core.Future;
import java.util.List;

/** What was collected when, how much is held, and when it is looked at again. */
public final class GetHousekeepingHandler implements Endpoint {
  private static final int RESULTS = 100;

  private final HousekeepingStore house;

  public GetHousekeepingHandler(Stores stores) {
    this.house = stores.housekeeping();
  }

  private record View(List<Duty> duties, List<Held> held, List<Result> results) {}

  @Override
  public Future<Reply> answer(Call call) {
    return Future.all(house.duties(), house.held(), house.results(RESULTS))
        .map(all -> Reply.ok(new View(all.resultAt(0), all.resultAt(1), all.resultAt(2))));
  }
}
