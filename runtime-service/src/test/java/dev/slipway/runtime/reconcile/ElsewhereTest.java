package dev.slipway.runtime.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.runtime.service.Replica;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElsewhereTest {
  private static final ReleaseId SHOP = new ReleaseId("rel_shop");
  private static final ReleaseId BLOG = new ReleaseId("rel_blog");
  private static final Target PORT = new Target("10.0.0.2", 32768);

  private static Replica replica(String container, @Nullable Target target, long began) {
    return new Replica(
        container,
        "node-2",
        ContainerInfo.State.RUNNING,
        target,
        ContainerInfo.Health.NONE,
        0,
        false,
        null,
        target == null ? 0 : target.port(),
        Instant.ofEpochSecond(began));
  }

  @Test
  void aPortThatItsHostGaveToAnotherLeadsToTheYoungerOneOnly() {
    Replica before = replica("c-shop", PORT, 100);
    Replica beside = replica("c-shop-2", new Target("10.0.0.3", 32768), 100);
    Replica after = replica("c-blog", PORT, 200);
    for (Elsewhere seen :
        List.of(
            new Elsewhere(Map.of(SHOP, List.of(before, beside), BLOG, List.of(after))),
            new Elsewhere(Map.of(BLOG, List.of(after), SHOP, List.of(beside, before))))) {
      assertThat(seen.of(SHOP)).containsExactly(beside);
      assertThat(seen.of(BLOG)).containsExactly(after);
    }
  }

  @Test
  void aReplicaWhoseAddressIsNotKnownYetCountsAndOwnsNothing() {
    Replica silent = replica("c-shop", null, 100);
    Elsewhere seen = new Elsewhere(Map.of(SHOP, List.of(silent)));
    assertThat(seen.of(SHOP)).containsExactly(silent);
    assertThat(seen.of(BLOG)).isEmpty();
    assertThat(seen.answers(PORT)).isFalse();
    assertThat(new Elsewhere(Map.of(BLOG, List.of(replica("c", PORT, 1)))).answers(PORT)).isTrue();
  }
}
