package dev.slipway.platform.cluster;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamedMembersTest {
  private static final String NAME = "slipway-named-members-test";

  /** Addresses of containers change; their names do not. */
  @Test
  void aMemberIsFoundByItsNameFromAnotherAddress() {
    String named = "localhost:" + Ports.free();
    int port = Integer.parseInt(named.substring(named.indexOf(':') + 1));
    try (Member known = Member.join(NAME, "known", at("127.0.0.1", port, named));
        Member newcomer = Member.join(NAME, "newcomer", at("127.0.0.2", Ports.free(), named))) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> known.members() == 2 && newcomer.members() == 2);
    }
  }

  private static ClusterConfig at(String host, int port, String member) {
    var place = new ClusterConfig.Place(host, port, 0);
    return new ClusterConfig(List.of(member), place, place, Optional.empty());
  }
}
