package dev.slipway.platform.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.Config;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HazelcastSettingsTest {
  private static final ClusterConfig CLUSTER =
      new ClusterConfig(
          List.of("10.0.0.1:5701", "10.0.0.2:5701"),
          new ClusterConfig.Place("10.0.0.2", 5701, 0),
          new ClusterConfig.Place("192.0.2.7", 15701, 15702),
          Optional.empty());

  private final Config config = HazelcastSettings.of(CLUSTER, "slipway-0123456789ab");

  @Test
  void nothingIsFoundByItselfAndNothingIsReportedHome() {
    var join = config.getNetworkConfig().getJoin();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().isEnabled()).isTrue();
    assertThat(join.getTcpIpConfig().getMembers()).containsExactlyElementsOf(CLUSTER.members());
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getClusterName()).isEqualTo("slipway-0123456789ab");
  }

  @Test
  void thePlaceIsTakenAsItIsOrNotAtAll() {
    var network = config.getNetworkConfig();
    assertThat(network.getPort()).isEqualTo(5701);
    assertThat(network.isPortAutoIncrement()).isFalse();
    assertThat(network.getInterfaces().isEnabled()).isFalse();
    assertThat(network.getMemberAddressProviderConfig().getImplementation())
        .isEqualTo(new MemberAddresses(CLUSTER.bind(), CLUSTER.announced()));
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
  }

  @Test
  void aFrozenMemberIsOutAndBackWithinSeconds() {
    assertThat(config.getProperty("hazelcast.max.no.heartbeat.seconds")).isEqualTo("10");
    assertThat(config.getProperty("hazelcast.heartbeat.interval.seconds")).isEqualTo("2");
    assertThat(config.getProperty("hazelcast.merge.first.run.delay.seconds")).isEqualTo("2");
    assertThat(config.getProperty("hazelcast.merge.next.run.delay.seconds")).isEqualTo("2");
    assertThat(config.getProperty("hazelcast.wait.seconds.before.join")).isEqualTo("0");
    assertThat(config.getProperty("hazelcast.graceful.shutdown.max.wait")).isEqualTo("10");
  }

  @Test
  void aLostAnswerHoldsUpTheTablesForSeconds() {
    assertThat(config.getProperty("hazelcast.operation.call.timeout.millis")).isEqualTo("10000");
    assertThat(config.getProperty("hazelcast.partition.migration.timeout")).isEqualTo("5");
  }

  @Test
  void everyRegistrationHasACopyElsewhere() {
    assertThat(config.getMultiMapConfig("__vertx.subs").getBackupCount()).isEqualTo(1);
    assertThat(config.getMapConfig("__vertx.nodeInfo").getBackupCount()).isEqualTo(1);
    assertThat(config.getProperty("hazelcast.shutdownhook.enabled")).isEqualTo("false");
  }

  @Test
  void messagesGoFromHereToWhereTheOthersReachUs() {
    EventBusOptions bus = HazelcastCluster.bus(CLUSTER);
    assertThat(bus.getHost()).isEqualTo("10.0.0.2");
    assertThat(bus.getClusterPublicHost()).isEqualTo("192.0.2.7");
    assertThat(bus.getClusterPublicPort()).isEqualTo(15702);
    assertThat(bus.getClusterPingInterval()).isEqualTo(5_000);
    assertThat(bus.isSsl()).isFalse();
  }

  @Test
  void withCertificatesBothSidesShowTheirs() {
    var tls = new BusTls(Path.of("cert.pem"), Path.of("key.pem"), Path.of("ca.pem"));
    EventBusOptions bus =
        HazelcastCluster.bus(
            new ClusterConfig(CLUSTER.members(), CLUSTER.bind(), CLUSTER.bind(), Optional.of(tls)));
    assertThat(bus.isSsl()).isTrue();
    assertThat(bus.getClientAuth()).isEqualTo(ClientAuth.REQUIRED);
    assertThat(bus.getTrustOptions()).isNotNull();
    assertThat(bus.isTrustAll()).isFalse();
  }
}
