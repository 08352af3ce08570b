package dev.slipway.gateway.secret;

import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.SecretRotationStore.Rotation;
import io.vertx.core.Future;
import java.util.List;

/** The last rotations, newest first. */
final class ListRotationsHandler implements Endpoint {
  private static final int SHOWN = 50;

  private final Stores stores;

  ListRotationsHandler(Stores stores) {
    this.stores = stores;
  }

  private record View(List<Rotation> items) {}

  @Override
  public Future<Reply> answer(Call call) {
    return stores.rotations().list(SHOWN).map(found -> Reply.ok(new View(found)));
  }
}
