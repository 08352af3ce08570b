package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Merges a {@code .env} file. */
public final class ImportEnvironmentHandler implements Endpoint {
  private final EnvironmentChange change;

  public ImportEnvironmentHandler(Changes changes, VariablesOf owner) {
    this.change = new EnvironmentChange(changes, owner);
  }

  @Override
  public Future<Reply> answer(Call call) {
    String actor = call.caller().name();
    Map<String, Variables.Setting> set = new LinkedHashMap<>();
    EnvFile.parse(call.text())
        .forEach((name, value) -> set.put(name, new Variables.Setting(value, null)));
    return change.make(call, known -> Variables.changed(known, actor, set, List.of()));
  }
}
