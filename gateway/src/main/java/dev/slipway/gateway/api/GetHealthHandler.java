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

/**
 * Whether the platform is well. Anybody may ask, as often as he likes: so it tells names and states
 * and no more, and looks at most once a second.
 */
public final class GetHealthHandler implements Endpoint {
  private static final long BELIEVED_NANOS = 1_000_000_000L;

  private final HealthChecks checks;
  private @Nullable Future<Health> looked;
  private long lookedAt;

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
    return look()
        .map(health -> {
          Map<String, Check> seen = new LinkedHashMap<>();
          health.checks().forEach((name, check) -> seen.put(name, guarded(check)));
          return Reply.json(health.isOk() ? 200 : 503, new View(health.status(), seen));
        });
  }

  private Future<Health> look() {
    long now = System.nanoTime();
    Future<Health> known = looked;
    if (known == null || now - lookedAt > BELIEVED_NANOS) {
      known = checks.run();
      looked = known;
      lookedAt = now;
    }
    return known;
  }

  /** Why something fails may name hosts and ports: that is for those who have a key. */
  private static Check guarded(Health.Check seen) {
    return seen.status().equals("ok")
        ? new Check("ok", null)
        : new Check(
            "degraded", "It does not answer as it should; GET /api/installation tells more.");
  }
}
