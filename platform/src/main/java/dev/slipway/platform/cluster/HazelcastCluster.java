package dev.slipway.platform.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import dev.slipway.platform.boot.SetupFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bus over several processes: Hazelcast knows who is there and who listens where, Vert.x' own
 * connections carry the messages.
 */
final class HazelcastCluster implements Cluster.Joined {
  /** A member that is gone is not worth a longer wait: whoever asks has patience for seconds. */
  private static final Duration CONNECT = Duration.ofSeconds(3);

  /** A connection that is silent for two of these is dead, with all that waits to be sent on it. */
  private static final Duration PING = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final HazelcastClusterManager manager;
  private final HazelcastInstance hazelcast;
  private @Nullable Future<Boolean> asking;

  /**
   * Hazelcast tells the beginning of a merge on the thread that merges, and waits until everybody
   * was told. The manager may be busy then, on another thread, with a table that only the merge
   * brings back, so each would wait for the other. It has nothing to do but at the end of a merge.
   */
  private static final class ToldWhenMerged extends HazelcastClusterManager {
    ToldWhenMerged(Config config) {
      super(config);
    }

    // without the lock of the method that it overrides
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void stateChanged(LifecycleEvent event) {
      if (event.getState() == LifecycleState.MERGED) {
        super.stateChanged(event);
      }
    }
  }

  private HazelcastCluster(Vertx vertx, HazelcastClusterManager manager) {
    this.vertx = vertx;
    this.manager = manager;
    this.hazelcast = manager.getHazelcastInstance();
  }

  static Future<Cluster> join(ClusterConfig config, String name, VertxOptions options) {
    var manager = new ToldWhenMerged(HazelcastSettings.of(config, name));
    return Vertx.builder()
        .with(options.setEventBusOptions(bus(config)))
        .withClusterManager(manager)
        .buildClustered()
        .<Cluster>map(vertx -> new HazelcastCluster(vertx, manager))
        .recover(failure -> Future.failedFuture(explained(config, failure)));
  }

  static EventBusOptions bus(ClusterConfig config) {
    var options =
        new EventBusOptions()
            .setHost(config.bind().host())
            .setPort(config.bind().busPort())
            .setClusterPublicHost(config.announced().host())
            .setConnectTimeout(Math.toIntExact(CONNECT.toMillis()))
            .setClusterPingInterval(PING.toMillis())
            .setClusterPingReplyInterval(PING.toMillis())
            .setTcpKeepAlive(true);
    if (config.announced().busPort() != 0) {
      options.setClusterPublicPort(config.announced().busPort());
    }
    config.tls().ifPresent(tls -> protect(options, tls));
    return options;
  }

  private static void protect(EventBusOptions options, BusTls tls) {
    options
        .setSsl(true)
        // The bus trusts everybody unless it is told not to: then whoever gets into the membership
        // would be sent messages without showing a certificate.
        .setTrustAll(false)
        .setClientAuth(ClientAuth.REQUIRED)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(tls.cert().toString())
                .setKeyPath(tls.key().toString()))
        .setTrustOptions(new PemTrustOptions().addCertPath(tls.ca().toString()));
  }

  private static Throwable explained(ClusterConfig config, Throwable failure) {
    return new SetupFailure(
        "The cluster cannot be joined as "
            + config.bind().host()
            + ":"
            + config.bind().port()
            + " ("
            + failure.getMessage()
            + "): SLIPWAY_CLUSTER_HOST must be an address of this host, and SLIPWAY_CLUSTER_PORT"
            + " and SLIPWAY_BUS_PORT free on it.",
        failure);
  }

  @Override
  public Vertx vertx() {
    return vertx;
  }

  @Override
  public List<String> members() {
    if (!hazelcast.getLifecycleService().isRunning()) {
      return List.of();
    }
    return hazelcast.getCluster().getMembers().stream()
        .map(member -> member.getAddress().getHost() + ":" + member.getAddress().getPort())
        .sorted()
        .toList();
  }

  /**
   * Asks every member over the network, so it is asked off the event loop. A member that does not
   * answer is waited for: meanwhile all who ask share one question, and one thread.
   */
  @Override
  public synchronized Future<Boolean> safe() {
    Future<Boolean> known = asking;
    if (known == null || known.isComplete()) {
      known =
          vertx
              .executeBlocking(
                  () ->
                      hazelcast.getLifecycleService().isRunning()
                          && hazelcast.getPartitionService().isClusterSafe(),
                  false)
              .otherwise(false);
      asking = known;
    }
    return known;
  }

  @Override
  public Future<Set<String>> forgotten(Set<String> addresses) {
    List<String> asked = List.copyOf(addresses);
    return Future.all(asked.stream().map(this::isKnown).toList())
        .map(answers -> {
          Set<String> forgotten = new TreeSet<>();
          for (int i = 0; i < asked.size(); i++) {
            if (!answers.<Boolean>resultAt(i)) {
              forgotten.add(asked.get(i));
            }
          }
          return forgotten;
        });
  }

  /** Reads the table itself, wherever its owner is, and not this member's copy. */
  private Future<Boolean> isKnown(String address) {
    Promise<List<RegistrationInfo>> registrations = Promise.promise();
    manager.getRegistrations(address, registrations);
    return registrations
        .future()
        .map(found -> found.stream().anyMatch(one -> one.nodeId().equals(manager.getNodeId())));
  }
}
