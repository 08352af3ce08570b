package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.lab.Plan;
import dev.slipway.e2e.lab.Role;
import dev.slipway.e2e.lab.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** T28: every process is replaced, one by one, while applications are visited and deployed. */
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RollingUpgradeIT {
  // the ingresses last, as the upgrade is documented
  private static final List<Role> ORDER =
      List.of(Role.GATEWAY, Role.BUILDER, Role.RUNTIME, Role.BACKUP, Role.INGRESS);

  private final Field field;
  private LabApp app;
  private LabApp deployed;

  RollingUpgradeIT(Field field) {
    this.field = field;
  }

  @BeforeAll
  void applicationsServe() {
    app = field.serving("visited", "version 0", Map.of("replicas", 2));
    deployed = field.serving("deployed", "version 0", Map.of());
    app.awaitText("version 0");
    deployed.awaitText("version 0");
  }

  @AfterEach
  void allRunAgain() {
    field.cluster().repair();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void everyProcessIsRestartedUnderTrafficAndDeploymentsAndNobodyNotices() throws Exception {
    List<Visits> visits = new ArrayList<>();
    for (List<Integer> hosts : List.of(List.of(1, 2), List.of(2, 1))) {
      Visitor visitor = new Visitor(app, hosts);
      visits.add(Visits.begin("requests through two ingresses", 1, visitor::once));
    }
    AtomicBoolean going = new AtomicBoolean(true);
    var deployments = CompletableFuture.supplyAsync(() -> deployWhile(going));
    long began = System.nanoTime();
    int restarted = 0;
    try {
      for (Role role : ORDER) {
        for (Service service : some(role)) {
          service.stop();
          service.start().awaitReady();
          restarted++;
        }
      }
    } finally {
      going.set(false);
    }
    List<String> ended = deployments.get(3, TimeUnit.MINUTES);
    List<Visits.Tally> tallies = visits.stream().map(Visits::end).toList();
    tell(restarted, ended.size(), tallies, System.nanoTime() - began);
    assertThat(tallies.stream().flatMap(t -> t.failures().stream())).isEmpty();
    field.nothingIsStuckLostOrDoubled(ended);
  }

  /**
   * One of each role; all of them in a soak, and the ingresses always: they are what is visited.
   */
  private List<Service> some(Role role) {
    List<Service> all = field.cluster().services(role);
    return Plan.soak() || role == Role.INGRESS ? all : all.subList(0, 1);
  }

  private static void tell(int restarted, int deployments, List<Visits.Tally> tallies, long nanos) {
    PromiseReport.tell(
        "T28",
        "%d processes restarted one by one in %d s: %d requests, %d failed; %d deployments meanwhile, all ended well"
            .formatted(
                restarted,
                Duration.ofNanos(nanos).toSeconds(),
                tallies.stream().mapToLong(Visits.Tally::visits).sum(),
                tallies.stream().mapToLong(Visits.Tally::failed).sum(),
                deployments));
  }

  /** One deployment after the other; each must end well whatever is restarted under it. */
  private List<String> deployWhile(AtomicBoolean going) {
    List<String> ids = new ArrayList<>();
    while (going.get()) {
      String text = "version " + (ids.size() + 1);
      deployed.push(text);
      String id = field.deploySomehow(deployed, 1 + ids.size() % 3);
      JsonNode deployment = field.endedSomehow(id, Duration.ofMinutes(2));
      if (!deployment.path("status").asText().equals("success")) {
        throw new IllegalStateException("not well: " + deployment);
      }
      ids.add(id);
    }
    return ids;
  }
}
