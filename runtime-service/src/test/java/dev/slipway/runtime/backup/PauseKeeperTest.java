package dev.slipway.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.memory.MemoryEngine;
import dev.slipway.docker.memory.MemoryImage;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.PauseStore;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host without a backup service lets go on what a killed one left paused, and nothing else. */
class PauseKeeperTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String INSTALLATION = "0123456789ab";
  private static final String NODE = "node-1";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Database database = POSTGRES.database();
  private final MemoryEngine engine = new MemoryEngine();
  private final PauseKeeper keeper =
      new PauseKeeper(new PauseStore(database), engine, INSTALLATION);
  private String replica = "";

  @BeforeEach
  void aReplicaThatStandsStill() {
    POSTGRES.clear("sagas", "saga_steps", "paused_containers");
    replica =
        engine.run(
            "replica",
            Map.of("dev.slipway.installation", INSTALLATION, "dev.slipway.release", "rel_1"),
            MemoryImage.silent());
    engine.pauseContainer(replica);
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void whatAKilledBackupServiceLeftGoesOnWhereNoOtherOneIs() {
    pausedBy(1, NODE);
    taken(1, "- interval '1 second'");
    keeper.acquired(new Lease("node:" + NODE, 1));
    try {
      await().atMost(LIMIT).until(() -> state() == ContainerInfo.State.RUNNING);
      await().atMost(LIMIT).until(() -> rows() == 0);
    } finally {
      keeper.lost(new Lease("node:" + NODE, 1));
    }
  }

  @Test
  void whatIsBeingReadStandsStillForAsLongAsTheLeaseLives() {
    pausedBy(2, NODE);
    taken(2, "+ interval '10 minutes'");
    assertThat(keeper.look(NODE)).isZero();
    assertThat(state()).isEqualTo(ContainerInfo.State.PAUSED);
    // another process took the backup over: that pause is over, and not the next one
    database.query("update sagas set fence = 3").await();
    assertThat(keeper.look(NODE)).isEqualTo(1);
    assertThat(state()).isEqualTo(ContainerInfo.State.RUNNING);
  }

  @Test
  void aPauseThatTookTooLongIsOverWhoeverTakesIt() {
    pausedBy(2, NODE);
    taken(2, "+ interval '10 minutes'");
    database.query("update paused_containers set ends_at = now() - interval '1 second'").await();
    assertThat(keeper.look(NODE)).isEqualTo(1);
    assertThat(state()).isEqualTo(ContainerInfo.State.RUNNING);
  }

  @Test
  void whatStandsStillForNobodyGoesOnAndAnotherHostsRowsAreItsOwn() {
    pausedBy(1, "node-2");
    database.query("update paused_containers set container_id = 'elsewhere'").await();
    assertThat(keeper.look(NODE)).isEqualTo(1);
    assertThat(state()).isEqualTo(ContainerInfo.State.RUNNING);
    assertThat(rows()).isEqualTo(1);
    assertThat(keeper.look(NODE)).isZero();
  }

  private void pausedBy(long fence, String node) {
    database
        .query(
            """
            insert into paused_containers(container_id, node_id, saga_id, fence, ends_at)
              values ($1, $2, 'bak_1', $3, now() + interval '10 minutes')
            """,
            replica,
            node,
            fence)
        .await();
  }

  private void taken(long fence, String lease) {
    database
        .query(
            """
            insert into sagas(id, kind, version, subject, state, input, owner, fence, lease_until)
              values ('bak_1', 'backup@node-1', 1, 'bak_1', 'running', '{}', 'somebody', $1,
                now() %s)
            """
                .formatted(lease),
            fence)
        .await();
  }

  private ContainerInfo.State state() {
    return engine.container(replica).orElseThrow().state();
  }

  private long rows() {
    return database.one("select count(*) from paused_containers", row -> row.getLong(0)).await();
  }
}
