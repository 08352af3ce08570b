package dev.slipway.gateway.api;

import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.health.Health;
import dev.slipway.platform.health.HealthChecks;
import dev.slipway.store.AlarmStore;
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

  /** The check that tells whether alarms can be read. */
  private static final String DATABASE = "database";

  private final HealthChecks checks;
  private final AlarmStore alarms;
  private @Nullable Future<View> looked;
  private long lookedAt;

  public GetHealthHandler(HealthChecks checks, AlarmStore alarms) {
    this.checks = checks;
    this.alarms = alarms;
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

  /**
   * All of them.
   *
   * @param openAlarms how many somebody must look at; null while nobody knows
   */
  private record View(String status, Map<String, Check> checks, @Nullable Integer openAlarms) {}

  @Override
  public Future<Reply> answer(Call call) {
    return look().map(view -> Reply.json(view.status().equals("ok") ? 200 : 503, view));
  }

  private Future<View> look() {
    long now = System.nanoTime();
    Future<View> known = looked;
    if (known == null || now - lookedAt > BELIEVED_NANOS) {
      known = checks.run().compose(health -> open(health).map(open -> view(health, open)));
      looked = known;
      lookedAt = now;
    }
    return known;
  }

  /**
   * Told whatever else is wrong: that somebody must look is news when services are down. Not asked
   * of a database that does not answer.
   */
  private Future<@Nullable Integer> open(Health health) {
    Health.Check database = health.checks().get(DATABASE);
    return database == null || database.status().equals("ok")
        ? alarms.open().recover(failure -> Future.succeededFuture(null))
        : Future.succeededFuture(null);
  }

  private static View view(Health health, @Nullable Integer open) {
    Map<String, Check> seen = new LinkedHashMap<>();
    health.checks().forEach((name, check) -> seen.put(name, guarded(check)));
    return new View(health.status(), seen, open);
  }

  /** Why something fails may name hosts and ports: that is for those who have a key. */
  private static Check guarded(Health.Check seen) {
    return seen.status().equals("ok")
        ? new Check("ok", null)
        : new Check(
            "degraded", "It does not answer as it should; GET /api/installation tells more.");
  }
}
