package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.store.RestoredPlatform.Machine;
import dev.slipway.store.RestoredPlatform.Repaired;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A platform's rows on another machine. */
class RestoredPlatformTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();

  @BeforeEach
  void nothingElseIsThere() {
    for (String table : new String[] {"applications", "databases", "sagas", "nodes"}) {
      database.query("delete from " + table).await();
    }
  }

  private Repaired on(Machine machine) {
    return new RestoredPlatform(database).repair(machine, Instant.now()).await();
  }

  private static Machine empty() {
    return new Machine("new-node", Set.of(), Set.of(), Set.of());
  }

  private String one(String sql, Object... args) {
    return database.one(sql, row -> String.valueOf(row.getValue(0)), args).await();
  }

  @Test
  void anApplicationWhoseImageIsGoneIsDeployedAgainFromTheCommitThatServed() {
    Application shop = Samples.application(database);
    Release served = Samples.serving(database, shop, "shop-image");

    Repaired made = on(empty());

    assertThat(made.applications()).containsExactly(shop.name());
    assertThat(
            one(
                "select requested_commit || ' ' || trigger || ' ' || title || ' ' || skip_backups from deployments"
                    + " where application_id = $1 and status = 'pending'",
                shop.id().value()))
        .isEqualTo("c0ffee config restored true");
    assertThat(new ReleaseStore(database).get(served.id()).await().state())
        .isEqualTo(ReleaseState.REMOVED);
    assertThat(one("select current_release_id from applications where id = $1", shop.id().value()))
        .isEqualTo("null");
  }

  @Test
  void anApplicationWhoseImageIsHereGoesOnAsItWas() {
    Application shop = Samples.application(database);
    Release served = Samples.serving(database, shop, "kept-image");

    Repaired made = on(new Machine("new-node", Set.of("kept-image"), Set.of(), Set.of()));

    assertThat(made.applications()).isEmpty();
    assertThat(new ReleaseStore(database).get(served.id()).await().state())
        .isEqualTo(ReleaseState.SERVING);
  }

  @Test
  void whatHadNotEndedIsFailedAndSaysWhy() {
    Application shop = Samples.application(database);
    var waiting = Samples.waiting(database, shop);

    on(empty());

    assertThat(
            one(
                "select status || ' ' || (failure->>'code') from deployments where id = $1",
                waiting.value()))
        .isEqualTo("failed platform_restored");
    assertThat(one("select state from sagas where subject = $1", waiting.value()))
        .isEqualTo("cancelled");
  }

  @Test
  void aDatabaseWithoutItsVolumeIsMadeAgainFromTheNewestVerifiedBackupThatIsLeft() {
    DatabaseId id = BackupSamples.database(database, null);
    server(id, "gone");
    var backup = verified(id);
    var newer = verified(id);
    var sent = verified(id);
    database.query("update backups set trigger = 'import' where id = $1", sent.value()).await();

    Repaired made = on(new Machine("new-node", Set.of(), Set.of(), Set.of(newer.value())));

    assertThat(made.databases()).hasSize(1);
    assertThat(made.lost()).isEmpty();
    assertThat(
            one(
                """
                select w.kind || ' ' || r.backup_id || ' ' || r.status || ' ' || d.status
                  from database_work w join restores r on r.id = w.input->>'restoreId'
                  join databases d on d.id = w.database_id where d.id = $1
                """,
                id.value()))
        .isEqualTo("create " + backup + " waiting creating");
    assertThat(one("select state from database_servers where database_id = $1", id.value()))
        .isEqualTo("removed");
    assertThat(
            one(
                "select (removed_at is not null) || ' ' || (object_key is null) from backups"
                    + " where id = $1",
                newer.value()))
        .as("what is put back there later is not retention's")
        .isEqualTo("true true");
  }

  @Test
  void theVeryBackupThatWasRestoredFromIsKept() {
    BackupId itself =
        new BackupRequests(database)
            .manual(BackupSubject.platform(), DestinationStore.LOCAL, true, "me")
            .await();
    database
        .query(
            "update backups set status = 'running', object_key = 'at/' || id where id = $1",
            itself.value())
        .await();

    on(empty());

    assertThat(one("select status || ' ' || pinned from backups where id = $1", itself.value()))
        .isEqualTo("failed true");
  }

  @Test
  void aDatabaseWithoutVolumeAndBackupSaysThatItsDataAreGone() {
    DatabaseId id = BackupSamples.database(database, null);
    server(id, "gone");

    Repaired made = on(empty());

    assertThat(made.lost()).hasSize(1);
    assertThat(
            one(
                "select status || ' ' || (failure->>'code') from databases where id = $1",
                id.value()))
        .isEqualTo("failed backup_missing");
  }

  @Test
  void aDatabaseWhoseVolumeIsHereKeepsItsDataAndMovesToThisNode() {
    DatabaseId id = BackupSamples.database(database, null);
    server(id, "kept");

    Repaired made = on(new Machine("new-node", Set.of(), Set.of("kept"), Set.of()));

    assertThat(made.databases()).isEmpty();
    assertThat(made.lost()).isEmpty();
    assertThat(
            one(
                """
                select s.state || ' ' || s.node_id || ' ' || d.node_id from databases d
                  join database_servers s on s.database_id = d.id where d.id = $1
                """,
                id.value()))
        .isEqualTo("serving new-node new-node");
  }

  private BackupId verified(DatabaseId id) {
    BackupId backup = BackupSamples.asked(database, id, BackupTrigger.MANUAL);
    database
        .query(
            """
            update backups set status = 'verified', object_key = 'at/' || id,
              manifest = '{"plainBytes": 7}' where id = $1
            """,
            backup.value())
        .await();
    assertThat(new RestoredPlatform(database).pieces().await().backups())
        .containsEntry(backup.value(), "at/" + backup.value());
    return backup;
  }

  private void server(DatabaseId id, String volume) {
    database
        .query(
            """
            insert into database_servers(database_id, generation, version, image, service, volume,
                node_id, state)
              values ($1, 1, '17', 'postgres:17', 'service', $2, 'old-node', 'serving')
            """,
            id.value(),
            volume)
        .await();
  }
}
