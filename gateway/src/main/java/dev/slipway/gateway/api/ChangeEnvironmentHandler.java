package dev.slipway.gateway.api;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Sets and unsets some variables. */
public final class ChangeEnvironmentHandler implements Endpoint {
  private final EnvironmentChange change;

  public ChangeEnvironmentHandler(Changes changes, VariablesOf owner) {
    this.change = new EnvironmentChange(changes, owner);
  }

  @Override
  public Future<Reply> answer(Call call) {
    String actor = call.caller().name();
    Map<String, Variables.Setting> set = Variables.listed(call.body().getJsonArray("set"), "set");
    List<String> unset =
        call.body().containsKey("unset")
            ? call.body().getJsonArray("unset").stream().map(String.class::cast).toList()
            : List.of();
    for (int i = 0; i < unset.size(); i++) {
      if (set.containsKey(unset.get(i))) {
        return Future.failedFuture(
            Problem.invalid("unset[" + i + "]", "is also set; give it in one of the two"));
      }
    }
    return change.make(call, known -> Variables.changed(known, actor, set, unset));
  }
}
