package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.platform.cluster.ProcessIdentity;
import dev.slipway.platform.cluster.ProcessRegister.Beat;
import dev.slipway.platform.cluster.ProcessRegister.Load;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.ProcessStore.Process;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProcessStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final ProcessStore processes = new ProcessStore(POSTGRES.database());

  @BeforeEach
  void empty() {
    POSTGRES.clear("processes", "ingresses", "installation");
  }

  private static Beat beat(String id, String role, boolean ready) {
    return new Beat(
        ProcessIdentity.of(id, role),
        "node1",
        "10.0.0.1:5701",
        9000,
        ready,
        false,
        new Load(1, 2, 0.5, 4096));
  }

  private void silentFor(String id, String interval) {
    POSTGRES
        .database()
        .query(
            "update processes set heartbeat_at = now() - $2::text::interval where id = $1",
            id,
            interval)
        .await();
  }

  private Process only() {
    List<Process> all = processes.all().await();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void aBeatTellsEverythingAndKeepsTheStart() {
    processes.beat(beat("builder-1", "builder", false)).await();
    Instant started = only().startedAt();
    processes.beat(beat("builder-1", "builder", true)).await();

    Process seen = only();
    assertThat(seen.ready()).isTrue();
    assertThat(seen.alive()).isTrue();
    assertThat(seen.nodeId()).isEqualTo("node1");
    assertThat(seen.address()).isEqualTo("10.0.0.1:5701");
    assertThat(seen.managementPort()).isEqualTo(9000);
    assertThat(seen.load()).isEqualTo(new Load(1, 2, 0.5, 4096));
    assertThat(seen.startedAt()).isEqualTo(started);
  }

  @Test
  void othersAliveAreThoseInTheClusterThatSpeakAndStay() {
    processes.beat(beat("builder-1", "builder", false)).await();
    assertThat(processes.othersAlive("builder-1").await()).isEmpty();
    assertThat(processes.othersAlive("builder-2").await()).containsExactly("10.0.0.1:5701");

    silentFor("builder-1", "16 seconds");
    assertThat(processes.othersAlive("builder-2").await()).isEmpty();
  }

  @Test
  void whoeverIsSilentForFifteenSecondsIsDeadAndNotReady() {
    processes.beat(beat("builder-1", "builder", true)).await();
    assertThat(processes.ready("builder").await()).isEqualTo(1);

    silentFor("builder-1", "16 seconds");
    assertThat(only().alive()).isFalse();
    assertThat(only().ready()).isFalse();
    assertThat(processes.ready("builder").await()).isZero();
  }

  @Test
  void whoeverComesBackUnderItsNameStartsAnew() {
    processes.beat(beat("builder-1", "builder", true)).await();
    POSTGRES.database().query("update processes set started_at = now() - interval '1 day'").await();
    processes.arrive("builder-1").await();
    processes.beat(beat("builder-1", "builder", false)).await();
    assertThat(only().startedAt()).isAfter(Instant.now().minusSeconds(3600));
  }

  @Test
  void theDeadOfOtherDaysAreForgottenWhenSomebodyArrives() {
    processes.beat(beat("builder-1", "builder", true)).await();
    processes.beat(beat("builder-2", "builder", true)).await();
    silentFor("builder-1", "25 hours");
    silentFor("builder-2", "23 hours");
    processes.arrive("builder-3").await();
    assertThat(only().id()).isEqualTo("builder-2");
  }

  @Test
  void whoeverLeavesInGoodOrderIsGone() {
    processes.beat(beat("builder-1", "builder", true)).await();
    processes.leave("builder-1").await();
    assertThat(processes.all().await()).isEmpty();
  }

  @Test
  void ingressesStandInTheSameList() {
    var routes = new RouteStore(POSTGRES.database());
    routes.report("ingress-1", 3, Map.of()).await();
    assertThat(only().version()).isNull();
    routes.introduce("ingress-1", "0.2.0", "host1").await();
    processes.beat(beat("builder-1", "builder", true)).await();

    List<Process> all = processes.all().await();
    assertThat(all).extracting(Process::role).containsExactly("builder", "ingress");
    assertThat(all.getLast().alive()).isTrue();
    assertThat(all.getLast().version()).isEqualTo("0.2.0");
    assertThat(all.getLast().host()).isEqualTo("host1");
    assertThat(all.getLast().load()).isNull();
  }

  @Test
  void aDatabaseBelongsToTheInstallationThatWasFirst() {
    assertThat(processes.installationOr("0123456789ab").await()).isEqualTo("0123456789ab");
    assertThat(processes.installationOr("ba9876543210").await()).isEqualTo("0123456789ab");
  }
}
