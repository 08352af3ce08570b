package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.Map;

/** Replaces all variables. */
public final class ReplaceEnvironmentHandler implements Endpoint {
  private final EnvironmentChange change;

  public ReplaceEnvironmentHandler(Changes changes, VariablesOf owner) {
    this.change = new EnvironmentChange(changes, owner);
  }

  @Override
  public Future<Reply> answer(Call call) {
    String actor = call.caller().name();
    Map<String, Variables.Setting> set =
        Variables.listed(call.body().getJsonArray("items"), "items");
    return change.make(call, known -> Variables.replaced(known, actor, set));
  }
}
