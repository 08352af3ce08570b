package dev.slipway.platform.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.spi.properties.ClusterProperty;

/**
 * Everything that is told to Hazelcast, in one place: no file on the class path, nothing found by
 * itself, nothing reported home. Why these numbers: docs/adr/012-clustered-bus.md.
 */
final class HazelcastSettings {
  /** A member silent for so long is out: what was asked of it fails no longer than this. */
  static final int SILENT_SECONDS = 10;

  static final int HEARTBEAT_SECONDS = 2;

  /** How soon two halves that see each other again become one. */
  static final int MERGE_SECONDS = 2;

  private static final int LEAVE_SECONDS = 10;

  /**
   * An answer that was lost with its connection is waited for twice this long; with the default of
   * a minute, whoever looked something up stood for two.
   */
  static final int ANSWER_MILLIS = 10_000;

  /**
   * The first member moves the tables one plan at a time: with the default of five minutes one lost
   * answer kept every member from every table for so long.
   */
  static final int MOVE_SECONDS = 5;

  private HazelcastSettings() {}

  static Config of(ClusterConfig cluster, String name) {
    Config config = new Config();
    config.setClusterName(name);
    network(config.getNetworkConfig(), cluster);
    tables(config);
    properties(config);
    return config;
  }

  private static void network(NetworkConfig network, ClusterConfig cluster) {
    network
        .setPort(cluster.bind().port())
        // Another port would be one that no other member was told.
        .setPortAutoIncrement(false)
        .setReuseAddress(true);
    // Not its list of interfaces: that silently drops every other member that is given by name.
    network
        .getMemberAddressProviderConfig()
        .setEnabled(true)
        .setImplementation(new MemberAddresses(cluster.bind(), cluster.announced()));
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig()
        .setEnabled(true)
        .setMembers(cluster.members())
        .setConnectionTimeoutSeconds(3);
  }

  /** What vertx-hazelcast keeps: who listens where, and where each member's bus answers. */
  private static void tables(Config config) {
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs")
            .setBackupCount(1)
            .setValueCollectionType(ValueCollectionType.SET));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
  }

  private static void properties(Config config) {
    set(config, ClusterProperty.LOGGING_TYPE, "slf4j");
    set(config, ClusterProperty.PHONE_HOME_ENABLED, "false");
    set(config, ClusterProperty.SOCKET_BIND_ANY, "false");
    set(config, ClusterProperty.WAIT_SECONDS_BEFORE_JOIN, "0");
    set(config, ClusterProperty.MAX_NO_HEARTBEAT_SECONDS, String.valueOf(SILENT_SECONDS));
    set(config, ClusterProperty.HEARTBEAT_INTERVAL_SECONDS, String.valueOf(HEARTBEAT_SECONDS));
    set(config, ClusterProperty.MERGE_FIRST_RUN_DELAY_SECONDS, String.valueOf(MERGE_SECONDS));
    set(config, ClusterProperty.MERGE_NEXT_RUN_DELAY_SECONDS, String.valueOf(MERGE_SECONDS));
    set(config, ClusterProperty.OPERATION_CALL_TIMEOUT_MILLIS, String.valueOf(ANSWER_MILLIS));
    set(config, ClusterProperty.PARTITION_MIGRATION_TIMEOUT, String.valueOf(MOVE_SECONDS));
    set(config, ClusterProperty.GRACEFUL_SHUTDOWN_MAX_WAIT, String.valueOf(LEAVE_SECONDS));
    // Our own script ends the process; a second hook would leave the cluster in the middle of it.
    set(config, ClusterProperty.SHUTDOWNHOOK_ENABLED, "false");
    small(config);
  }

  /** A few hundred entries and some messages a second: the defaults are sized for a data grid. */
  private static void small(Config config) {
    set(config, ClusterProperty.PARTITION_COUNT, "23");
    set(config, ClusterProperty.PARTITION_OPERATION_THREAD_COUNT, "2");
    set(config, ClusterProperty.GENERIC_OPERATION_THREAD_COUNT, "2");
    set(config, ClusterProperty.PRIORITY_GENERIC_OPERATION_THREAD_COUNT, "1");
    set(config, ClusterProperty.IO_INPUT_THREAD_COUNT, "1");
    // A connection that is being made to a frozen member keeps its thread busy for ever: with one
    // for all, nothing more was sent to
    // the others, who then took this member for dead.
    set(config, ClusterProperty.IO_OUTPUT_THREAD_COUNT, "3");
    set(config, ClusterProperty.EVENT_THREAD_COUNT, "1");
    set(config, ClusterProperty.HEALTH_MONITORING_LEVEL, "OFF");
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
  }

  private static void set(
      Config config, com.hazelcast.spi.properties.HazelcastProperty property, String value) {
    config.setProperty(property.getName(), value);
  }
}
