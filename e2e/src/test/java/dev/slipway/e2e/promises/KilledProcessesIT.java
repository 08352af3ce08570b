package dev.slipway.e2e.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.Api;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Traffic;
import dev.slipway.e2e.house.Until;
import dev.slipway.e2e.lab.Plan;
import dev.slipway.e2e.lab.Role;
import dev.slipway.e2e.lab.Service;
import dev.slipway.e2e.lab.Truth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** T1: any process dies with signal 9 in the middle of a deployment, and another goes on. */
@ExtendWith(OneField.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KilledProcessesIT {
  private static final String CRASH_AT = "SLIPWAY_CRASH_AT";
  private static final String CLAIM =
      "select coalesce(owner, ''), state, fence::text, '.' from sagas where kind = '%s' and subject = '%s'";
  private static final Duration LOOK = Duration.ofMillis(20);
  // a lease of eight seconds and a look every two; the rest is for two cores under full load
  // the mark is 10 s, which the report shows; a shared machine is not judged by it
  private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private final Field field;
  private LabApp app;
  private int version;

  KilledProcessesIT(Field field) {
    this.field = field;
  }

  @BeforeAll
  void anApplicationServes() {
    app = field.serving("killed", "version 0", Map.of("replicas", 2));
    app.awaitText("version 0");
  }

  @AfterEach
  void allRunAgain() {
    field.cluster().repair();
  }

  /** In the order a deployment comes to them, so that one deployment can be orphaned at each. */
  private static final List<String> BUILD_STEPS =
      List.of(
          "build.checkout.before",
          "build.checkout.after-effect",
          "build.plan.after-effect",
          "build.build.before",
          "build.build.after-effect",
          "build.push.after-effect",
          "build.handover.before",
          "build.handover.after-effect",
          "build.handover.after-checkpoint");

  private static final List<String> DEPLOY_STEPS =
      List.of(
          "deploy.reserve.after-effect",
          "deploy.start-new.before",
          "deploy.start-new.after-effect",
          "deploy.await-healthy.after-effect",
          "deploy.switch-traffic.before",
          "deploy.switch-traffic.after-effect",
          "deploy.switch-traffic.after-checkpoint",
          "deploy.announce.after-effect");

  /**
   * Whom the dead process is succeeded by: another, who has to wait for the lease, or itself, as
   * when a service manager starts it again, which takes over at once.
   */
  private static final Set<String> BY_ANOTHER =
      Set.of(
          "build.checkout.after-effect",
          "build.build.after-effect",
          "build.push.after-effect",
          "build.handover.after-effect",
          "deploy.start-new.after-effect",
          "deploy.await-healthy.after-effect",
          "deploy.switch-traffic.after-effect",
          "deploy.announce.after-effect");

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void aBuilderThatDiesAtAnyStepIsSucceededByAnother() {
    dieInTurns(Role.BUILDER, "build", BUILD_STEPS);
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void aRuntimeThatDiesAtAnyStepIsSucceededByAnother() {
    dieInTurns(Role.RUNTIME, "deploy", DEPLOY_STEPS);
  }

  /**
   * One deployment. The one process of the role that runs dies at the first point; another, or the
   * same one started again, takes the work over and dies at the second, and so on.
   */
  private void dieInTurns(Role role, String kind, List<String> points) {
    List<Service> turns = field.cluster().services(role).subList(0, 2);
    field.cluster().services(role).forEach(Service::kill);
    Service next = turns.get(0).start(Map.of(CRASH_AT, points.getFirst())).awaitReady();
    String text = "version " + ++version;
    Traffic traffic = app.traffic(1);
    app.push(text);
    String id = field.cluster().api(1).deploy(app.id());
    List<Duration> takeovers = new ArrayList<>();
    List<Duration> restarts = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      next.awaitDeath(END_LIMIT);
      long died = System.nanoTime();
      boolean another = BY_ANOTHER.contains(points.get(i));
      next = another ? turns.get(1 - turns.indexOf(next)) : next;
      String claim = claim(id, kind);
      next.start(i + 1 < points.size() ? Map.of(CRASH_AT, points.get(i + 1)) : Map.of());
      awaitClaimed(id, kind, claim);
      note(another ? takeovers : restarts, claim, Duration.ofNanos(System.nanoTime() - died));
    }
    var deployment = field.cluster().api(1).ended(id, END_LIMIT);
    Traffic.Tally seen = traffic.stop();
    tell(role, points.size(), takeovers, restarts, seen);
    assertThat(deployment.path("status").asText()).as(deployment.toString()).isEqualTo("success");
    app.awaitText(text);
    assertThat(seen.failures()).isEmpty();
    assertThat(takeovers).allMatch(t -> t.compareTo(TAKEOVER_LIMIT) <= 0);
    field.nothingIsStuckLostOrDoubled(List.of(id));
  }

  /** Who died after the last line of the work left nothing to take over. */
  private static void note(List<Duration> times, String claim, Duration taken) {
    if (!claim.contains(" done ")) {
      times.add(taken);
    }
  }

  private String claim(String id, String kind) {
    try (Truth truth = field.lab().postgres().truth()) {
      return truth.lines(CLAIM.formatted(kind, id)).toString();
    }
  }

  /** Somebody claims it, which raises its fence, or nothing of it is left to do. */
  private void awaitClaimed(String id, String kind, String before) {
    try (Truth truth = field.lab().postgres().truth()) {
      String sql = CLAIM.formatted(kind, id);
      Until.holds(
          () -> "somebody takes over " + before + "\n" + field.cluster().tails(),
          TAKEOVER_LIMIT,
          LOOK,
          () -> {
            String now = truth.lines(sql).toString();
            return !now.equals(before) || now.contains(" done ");
          });
    }
  }

  private static void tell(
      Role role, int kills, List<Duration> takeovers, List<Duration> restarts, Traffic.Tally seen) {
    PromiseReport.tell(
        "T1",
        "cluster: one deployment, %d times killed -9 with the %s that worked on it, taken over by another after %s s, by itself started again after %s s; %d requests meanwhile, %d failed"
            .formatted(
                kills,
                role.word(),
                seconds(takeovers),
                seconds(restarts),
                seen.requests(),
                seen.failed()));
  }

  private static List<String> seconds(List<Duration> times) {
    return times.stream().map(t -> "%.1f".formatted(t.toMillis() / 1000.0)).toList();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void anyProcessKilledAtAnyMomentLosesNoDeploymentAndNoRequest() {
    Plan plan = Plan.of("T1");
    List<String> deployments = new ArrayList<>();
    List<String> killed = new ArrayList<>();
    Duration slowest = Duration.ZERO;
    // the other ingress is the one that dies
    Traffic traffic = app.traffic(1);
    for (String victim : plan.draw(VICTIMS, Plan.rounds(VICTIMS.size(), 200))) {
      String text = "version " + ++version;
      app.push(text);
      String id = field.cluster().api(1).deploy(app.id());
      deployments.add(id);
      LockSupport.parkNanos(plan.within(Duration.ofSeconds(3)).toNanos());
      kill(victim);
      killed.add(victim);
      long began = System.nanoTime();
      var deployment = survivor(victim).ended(id, END_LIMIT);
      Duration ended = Duration.ofNanos(System.nanoTime() - began);
      slowest = slowest.compareTo(ended) > 0 ? slowest : ended;
      assertThat(deployment.path("status").asText())
          .as("seed %d, %s killed: %s", plan.seed(), victim, deployment)
          .isEqualTo("success");
      field.cluster().repair();
      app.awaitText(text);
    }
    Traffic.Tally seen = traffic.stop();
    PromiseReport.tell(
        "T1",
        "cluster, seed %d: %d deployments, one of %s killed at any moment of each: all ended well, the slowest %.1f s after the kill; %d requests through the other ingress, %d failed"
            .formatted(
                plan.seed(),
                deployments.size(),
                killed,
                slowest.toMillis() / 1000.0,
                seen.requests(),
                seen.failed()));
    assertThat(seen.failures()).isEmpty();
    field.nothingIsStuckLostOrDoubled(deployments);
  }

  private static final String POSTGRES = "postgres";
  private static final List<String> VICTIMS =
      List.of(
          "gateway-1",
          "builder-1",
          "builder-2",
          "runtime-1",
          "runtime-2",
          "runtime-3",
          "ingress-2",
          POSTGRES);

  private void kill(String victim) {
    if (victim.equals(POSTGRES)) {
      field.lab().postgres().kill();
      field.lab().postgres().startAgain();
      return;
    }
    field.cluster().services().stream()
        .filter(service -> service.name().equals(victim))
        .forEach(Service::kill);
  }

  /** A gateway that still answers. */
  private Api survivor(String victim) {
    return field.cluster().api(victim.equals("gateway-1") ? 2 : 1);
  }
}
