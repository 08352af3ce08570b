package dev.slipway.gateway.source;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.ssh.Ed25519Key;
import io.vertx.core.Future;

/**
 * The key with which an application's builds are let in over ssh. Only its public half is shown.
 */
final class DeployKeys {
  private final Stores stores;
  private final Changes changes;

  DeployKeys(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  Future<Reply> get(Call call) {
    return stores.access().key(new ApplicationId(call.path("id"))).map(Reply::ok);
  }

  Future<Reply> create(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return stores
        .applications()
        .get(id)
        .compose(application -> {
          Ed25519Key made = Ed25519Key.generate("slipway-" + application.name());
          return changes.make(
              call,
              "deploy-key.create",
              id.value(),
              in ->
                  in.access()
                      .putKey(
                          id,
                          made.publicKey(),
                          made.fingerprint(),
                          made.privateKey(),
                          call.caller().name()));
        })
        .compose(done -> get(call));
  }

  Future<Reply> delete(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .make(call, "deploy-key.delete", id.value(), in -> in.access().removeKey(id))
        .map(done -> Reply.nothing());
  }
}
