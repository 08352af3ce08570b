package dev.slipway.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.bus.Ask;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Reached;
import dev.slipway.contracts.node.NodeContract.Reaches;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.NodeInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.cluster.Cluster;
import dev.slipway.platform.cluster.ClusterConfig;
import dev.slipway.platform.cluster.ClusterConfig.Place;
import dev.slipway.platform.cluster.Ports;
import dev.slipway.platform.lease.Leases;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.runtime.Stores;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two runtimes beside two engines, and somebody who asks, in three members of one cluster. */
class AcrossProcessesTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "eeeeeeeeeeee";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Reaches NOTHING = new Reaches(List.of());

  private final int port = Ports.free();
  private final MemoryEngine manager = new MemoryEngine();
  private final MemoryEngine second = manager.join("second", NodeInfo.Role.WORKER);

  private Cluster member(int own) {
    Place here = new Place("127.0.0.1", own, 0);
    ClusterConfig config =
        new ClusterConfig(List.of("127.0.0.1:" + port), here, here, Optional.empty());
    return Cluster.join(config, INSTALLATION, new VertxOptions()).await();
  }

  private HostDuty duty(Cluster member, MemoryEngine engine, String process) {
    Database database = Database.connect(member.vertx(), POSTGRES.database().url(), 2);
    Stores stores = Stores.of(database, database, new PlainVault());
    HostParts host = new HostParts(process, INSTALLATION, stores, engine, null, null, "published");
    HostDuty duty =
        new HostDuty(
            member.vertx(),
            new Bus(member.vertx(), process),
            new Leases(database, process),
            host,
            List.of());
    duty.start().await();
    return duty;
  }

  private static Ask<Reaches, Reached> at(MemoryEngine engine) {
    NodeId node = new NodeId(String.valueOf(engine.info().nodeId()));
    return NodeContract.REACHES.at(node.value()).within(Duration.ofSeconds(3));
  }

  private static String answeredBy(Bus asker, MemoryEngine engine) {
    return asker.ask(at(engine), NOTHING).await().process();
  }

  @Test
  void theHolderOfAHostAnswersAndAnotherDoesWhenItIsGone() {
    Cluster asking = member(port);
    Cluster one = member(Ports.free());
    Cluster two = member(Ports.free());
    Cluster spare = member(Ports.free());
    Bus asker = new Bus(asking.vertx(), "gateway-1");
    try {
      duty(one, manager, "runtime-1");
      duty(two, second, "runtime-2");
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() ->
              answeredBy(asker, manager).equals("runtime-1")
                  && answeredBy(asker, second).equals("runtime-2"));

      duty(spare, second, "runtime-3");
      assertThat(answeredBy(asker, second)).isEqualTo("runtime-2");
      two.vertx().close().await();
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> answeredBy(asker, second).equals("runtime-3"));
      assertThat(answeredBy(asker, manager)).isEqualTo("runtime-1");

      assertThatThrownBy(() -> asker.ask(NodeContract.REACHES.at("nobody"), NOTHING).await())
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    } finally {
      for (Cluster member : List.of(spare, two, one, asking)) {
        member.vertx().close().await();
      }
      manager.close();
    }
  }
}
