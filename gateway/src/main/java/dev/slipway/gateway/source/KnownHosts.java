package dev.slipway.gateway.source;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.ssh.Ed25519Key;
import dev.slipway.store.KnownHostStore.KnownHost;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The keys by which ssh hosts are known: seen, confirmed, replaced or forgotten. */
final class KnownHosts {
  private final Stores stores;
  private final Changes changes;

  KnownHosts(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  private record Page(List<KnownHost> items, @Nullable String nextCursor) {}

  Future<Reply> list(Call call) {
    return stores.knownHosts().all().map(all -> Reply.ok(new Page(all, null)));
  }

  Future<Reply> put(Call call) {
    String host = call.body().getString("host").toLowerCase(Locale.ROOT);
    String[] written = call.body().getString("key").split(" ", 3);
    byte[] key;
    try {
      key = Base64.getDecoder().decode(written[1]);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("key", "has no base64 behind its type");
    }
    return changes
        .make(
            call,
            "known-host.pin",
            host,
            in ->
                in.knownHosts()
                    .pin(
                        host,
                        written[0] + " " + written[1],
                        Ed25519Key.fingerprint(key),
                        call.caller().name()))
        .compose(done -> list(call));
  }

  Future<Reply> confirm(Call call) {
    String id = call.path("id");
    return changes
        .make(
            call, "known-host.confirm", id, in -> in.knownHosts().confirm(id, call.caller().name()))
        .map(done -> Reply.nothing());
  }

  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "known-host.forget", id, in -> in.knownHosts().forget(id))
        .map(done -> Reply.nothing());
  }
}
