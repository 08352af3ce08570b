package dev.slipway.gateway.source;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.RegistryStore.Login;
import dev.slipway.store.RegistryStore.Registry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Registries that ask for credentials. Passwords go in and never out. */
final class Registries {
  private final Stores stores;
  private final Changes changes;
  private final RegistryProbe probe;

  Registries(Stores stores, Changes changes, RegistryProbe probe) {
    this.stores = stores;
    this.changes = changes;
    this.probe = probe;
  }

  private record Page(List<Registry> items, @Nullable String nextCursor) {}

  Future<Reply> list(Call call) {
    return stores.registries().all().map(all -> Reply.ok(new Page(all, null)));
  }

  Future<Reply> get(Call call) {
    return stores.registries().get(call.path("id")).map(Reply::ok);
  }

  Future<Reply> create(Call call) {
    JsonObject body = call.body();
    Login login =
        new Login(
            body.getString("address").toLowerCase(Locale.ROOT),
            body.getString("username"),
            body.getString("password"));
    return changes
        .once(
            call,
            "registry.create",
            in -> in.registries().add(body.getString("name"), login, call.caller().name()))
        .compose(id -> stores.registries().get(id))
        .map(made -> Reply.created(made, "/api/registries/" + made.id()));
  }

  Future<Reply> update(Call call) {
    String id = call.path("id");
    JsonObject body = call.body();
    return changes
        .make(
            call,
            "registry.update",
            id,
            in ->
                in.registries()
                    .change(
                        id,
                        body.getString("username"),
                        body.getString("password"),
                        call.caller().name()))
        .compose(done -> get(call));
  }

  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "registry.delete", id, in -> in.registries().remove(id))
        .map(done -> Reply.nothing());
  }

  Future<Reply> test(Call call) {
    return stores
        .registries()
        .get(call.path("id"))
        .compose(known -> stores.registries().login(known.address()))
        .compose(login -> probe.ask(login.orElseThrow()))
        .map(Reply::ok);
  }
}
