package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.store.HousekeepingStore;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HousekeepingTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  @Test
  void tellsWhatWasCollectedWhatIsHeldAndWhenItRunsAgain() throws Exception {
    HousekeepingStore book = new HousekeepingStore(GATEWAY.database());
    book.begin("node:n1", "fence 1", Duration.ofHours(1)).await();
    book.record("node:n1", "images", 3, 3_000, 40, null).await();
    book.held("node:n1", "images", 12, 12_000).await();
    book.end("node:n1", "fence 1").await();

    JsonObject told = GATEWAY.admin().get("/api/housekeeping").expect(200).json();

    assertThat(told.getJsonArray("duties").encode()).contains("\"duty\":\"node:n1\"");
    assertThat(told.getJsonArray("held").getJsonObject(0).getLong("count")).isEqualTo(12);
    assertThat(told.getJsonArray("results").getJsonObject(0).getLong("collected")).isEqualTo(3);
  }

  @Test
  void aRunThatIsAskedForIsDueAtOnceAndOnce() throws Exception {
    HousekeepingStore book = new HousekeepingStore(GATEWAY.database());
    assertThat(book.begin("database", "fence 1", Duration.ofHours(1)).await()).isTrue();
    book.end("database", "fence 1").await();
    assertThat(book.begin("database", "fence 1", Duration.ofHours(1)).await()).isFalse();

    GATEWAY.admin().post("/api/housekeeping/runs", null).expect(202);

    assertThat(book.begin("database", "fence 1", Duration.ofHours(1)).await()).isTrue();
    assertThat(book.begin("database", "fence 1", Duration.ofHours(1)).await()).isFalse();
  }
}
