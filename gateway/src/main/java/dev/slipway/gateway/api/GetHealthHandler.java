package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.health.Health;
import dev.slipway.platform.health.HealthChecks;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the platform is well. Anybody may ask, so it tells names and states and no more. */
public final class GetHealthHandler implements Endpoint {
  private final HealthChecks checks;

  public GetHealthHandler(HealthChecks checks) {
    this.checks = checks;
  }

  /** One thing that is looked at. */
  record Check(String status, @Nullable String detail) {
    static Check of(Health.@Nullable Check seen) {
      if (seen == null) {
        return new Check("degraded", "It is not looked at yet.");
      }
      return seen.status().equals("ok")
          ? new Check("ok", null)
          : new Check("degraded", seen.detail());
    }
  }

  /** All of them. */
  private record View(String status, Map<String, Check> checks) {}

  @Override
  public Future<Reply> answer(Call call) {
    return checks
        .run()
        .map(health -> {
          Map<String, Check> seen = new LinkedHashMap<>();
          health.checks().forEach((name, check) -> seen.put(name, Check.of(check)));
          return Reply.json(health.isOk() ? 200 : 503, new View(health.status(), seen));
        });
  }
}
