package dev.slipway.backup.run;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.store.BackupRequests;
import dev.slipway.store.RestoreStore;
import dev.slipway.store.Samples;
import java.util.List;
import java.util.Map;

/** An application with one volume on a stand's engine. */
public final class SampleVolume {
  public final ApplicationId application;
  public final BackupSubject subject;
  public final String engineName;
  private final Stand stand;

  public SampleVolume(Stand stand) {
    this.stand = stand;
    this.application = Samples.application(stand.database).id();
    this.subject = BackupSubject.volume(application.value(), "data");
    this.engineName = "sw" + stand.installation.substring(0, 6) + "-" + application + "-data";
    stand
        .database
        .query(
            """
            update applications set config = jsonb_set(config, '{volumes}',
              '[{"name": "data", "path": "/data"}]') where id = $1
            """,
            application.value())
        .await();
    stand
        .database
        .query(
            """
            insert into volumes(application_id, name, engine_name, node_id, owner, fence)
              values ($1, 'data', $2, $3, 'tester', 1)
            """,
            application.value(),
            engineName,
            stand.node)
        .await();
    stand
        .database
        .query(
            """
            insert into processes(id, role, version, host, node_id)
              values ('backup-' || $1::text, 'backup', '1', 'here', $1) on conflict do nothing
            """,
            stand.node)
        .await();
    stand.engine.ensureVolume(engineName, labels());
  }

  public Map<String, String> labels() {
    return Map.of(
        "dev.slipway.installation",
        stand.installation,
        "dev.slipway.application",
        application.value());
  }

  /** What a replica of it carries. */
  public Map<String, String> replica() {
    return Map.of(
        "dev.slipway.installation",
        stand.installation,
        "dev.slipway.application",
        application.value(),
        "dev.slipway.release",
        "rel_1");
  }

  public BackupId ask(boolean pause) {
    return new BackupRequests(stand.database)
        .manual(subject, "local", false, pause, "tester")
        .await();
  }

  public void stopped(boolean stopped) {
    stand
        .database
        .query(
            "update applications set stopped = $2, status = case when $2 then 'stopped' else 'running' end where id = $1",
            application.value(),
            stopped)
        .await();
  }

  /** A restore that may begin, without a backup of what is there. */
  public String askRestore(BackupId backup) {
    var wish = new RestoreStore.Wish(backup, subject, List.of(), true, "tester");
    return stand
        .database
        .transaction(tx ->
            RestoreStore.request(tx, wish)
                .compose(id -> RestoreStore.begin(tx, id, 0, true, stand.node).map(id)))
        .await();
  }

  /** As people ask for it: what is there is backed up first. */
  public String askSafeRestore(BackupId backup) {
    return new BackupRequests(stand.database).restoreVolume(backup, subject, "tester").await();
  }

  public long paused() {
    return java.util.Objects.requireNonNull(
        stand
            .database
            .one("select count(*) from paused_containers", row -> row.getLong(0))
            .await());
  }
}
