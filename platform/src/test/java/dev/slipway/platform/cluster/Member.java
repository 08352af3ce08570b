package dev.slipway.platform.cluster;

import dev.slipway.platform.boot.LeanVertx;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/** A process' place on the bus, without the process around it. */
record Member(String id, Cluster cluster, Bus bus) implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  /** Joins others on this machine; {@code ports} are all members', its own among them. */
  static Member join(String name, String id, int port, List<Integer> ports) {
    return join(name, id, on(port, ports, Optional.empty()));
  }

  static Member join(String name, String id, ClusterConfig config) {
    var options = LeanVertx.options(4).setWorkerPoolSize(4);
    Cluster cluster = Cluster.join(config, name, options).await();
    return new Member(id, cluster, new Bus(cluster.vertx(), id));
  }

  static ClusterConfig on(int port, List<Integer> ports, Optional<BusTls> tls) {
    var place = new ClusterConfig.Place(LOOPBACK, port, 0);
    return new ClusterConfig(
        ports.stream().map(one -> LOOPBACK + ":" + one).toList(), place, place, tls);
  }

  Vertx vertx() {
    return cluster.vertx();
  }

  int members() {
    return cluster.members().size();
  }

  @Override
  public void close() {
    vertx().close().await();
  }
}
