package dev.slipway.gateway.api;

import dev.slipway.contracts.application.Environment;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The variables as a {@code .env} file; secrets are left out, or revealed and noted. */
public final class ExportEnvironmentHandler implements Endpoint {
  private final Stores stores;
  private final Changes changes;
  private final VariablesOf owner;

  public ExportEnvironmentHandler(Stores stores, Changes changes, VariablesOf owner) {
    this.stores = stores;
    this.changes = changes;
    this.owner = owner;
  }

  @Override
  public Future<Reply> answer(Call call) {
    String id = call.path("id");
    boolean reveal = call.flag("reveal");
    if (reveal) {
      call.require(Scope.ADMIN, "Exporting secret values");
    }
    Future<Environment> found =
        reveal
            ? changes.make(call, owner.action("reveal"), id, in -> owner.current(in, id))
            : owner.known(stores, id).compose(known -> owner.current(stores, id));
    return found.map(environment ->
        Reply.of("text/plain; charset=utf-8", Buffer.buffer(EnvFile.write(environment, reveal)))
            .version(environment.version())
            .with("Cache-Control", "no-store"));
  }
}
