package dev.slipway.gateway.people;

import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.List;

/** The first owner: made once, by whoever has the operator's key. */
final class Setup {
  private final Stores stores;
  private final Changes changes;
  private final Passwords passwords;
  private final boolean externalSignIn;

  Setup(Stores stores, Changes changes, Passwords passwords, boolean externalSignIn) {
    this.stores = stores;
    this.changes = changes;
    this.passwords = passwords;
    this.externalSignIn = externalSignIn;
  }

  /** What a first page asks. */
  private record View(boolean needed, boolean externalSignIn) {}

  Future<Reply> get(Call call) {
    return stores.users().hasOwner().map(owned -> Reply.ok(new View(!owned, externalSignIn)));
  }

  Future<Reply> create(Call call) {
    String email = Email.in(call);
    String name = call.body().getString("name");
    return passwords
        .accepted("password", call.body().getString("password"), List.of(email, name, "slipway"))
        .compose(
            hash -> changes.make(call, "setup", email, in -> in.users().first(email, name, hash)))
        .map(made -> Reply.created(made, "/api/users/" + made.id()));
  }
}
