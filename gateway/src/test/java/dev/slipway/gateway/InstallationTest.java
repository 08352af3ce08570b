package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InstallationTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @BeforeEach
  void nobodyIsThere() {
    GATEWAY.database().query("delete from processes").await();
  }

  private static JsonObject installation() {
    return GATEWAY.admin().get("/api/installation").expect(200).json();
  }

  private static void silence(String id) {
    GATEWAY
        .database()
        .query("update processes set heartbeat_at = now() - interval '1 minute' where id = $1", id)
        .await();
  }

  @Test
  void whoIsAtWorkIsToldWithItsLoad() {
    GATEWAY.isThere("builder-1", "builder", true);

    JsonObject one = installation().getJsonArray("processes").getJsonObject(0);
    assertThat(one.getString("id")).isEqualTo("builder-1");
    assertThat(one.getString("role")).isEqualTo("builder");
    assertThat(one.getBoolean("ready")).isTrue();
    assertThat(one.getBoolean("alive")).isTrue();
    assertThat(one.getBoolean("clusterMember")).isFalse();
    assertThat(one.getJsonObject("load").getInteger("limit")).isEqualTo(2);
    assertThat(installation().getInteger("nodes")).isEqualTo(1);
    assertThat(installation().getJsonObject("cluster"))
        .isEqualTo(new JsonObject().put("members", 0).put("safe", true));
  }

  @Test
  void aServiceThatWasNeverSeenIsStillOnItsWay() {
    assertThat(installation().getString("status")).isEqualTo("installing");
    GATEWAY.isThere("builder-1", "builder", true);
    GATEWAY.isThere("runtime-1", "runtime", false);
    assertThat(installation().getString("status")).isEqualTo("installing");

    GATEWAY.isThere("runtime-1", "runtime", true);
    assertThat(installation().getString("status")).isEqualTo("ready");
  }

  @Test
  void aServiceThatFellSilentHasFailedUntilAnotherIsThere() {
    GATEWAY.isThere("builder-1", "builder", true);
    GATEWAY.isThere("runtime-1", "runtime", true);
    silence("runtime-1");
    assertThat(installation().getString("status")).isEqualTo("failed");

    GATEWAY.isThere("runtime-2", "runtime", true);
    assertThat(installation().getString("status")).isEqualTo("ready");
  }

  @Test
  void onePlatformInOneProcessNeedsNobodyElse() {
    GATEWAY.isThere("standalone-1", "standalone", false);
    assertThat(installation().getString("status")).isEqualTo("installing");
    GATEWAY.isThere("standalone-1", "standalone", true);
    assertThat(installation().getString("status")).isEqualTo("ready");
  }
}
