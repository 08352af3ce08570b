package dev.slipway.store;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.bus.Json;
import dev.slipway.platform.pg.Tx;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.RestoredPlatform.Machine;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link RestoredPlatform} that is about databases: one whose data were on another
 * machine is made again from its newest backup that is known to restore, or called failed.
 */
final class RestoredDatabases {
  private RestoredDatabases() {}

  /**
   * A database whose data are not here.
   *
   * @param backup the newest of it that is known to restore; null without one
   */
  record Data(DatabaseId id, String name, @Nullable String backup) {
    static Data read(Row row) {
      return new Data(
          new DatabaseId(row.getString("id")), row.getString("name"), row.getString("backup"));
    }
  }

  /** Those whose data are not here, with the newest backup of them that is known to restore. */
  private static final String WITHOUT_DATA =
      """
      select d.id, d.name, (
          select b.id from backups b where b.subject_kind = 'database' and b.subject_id = d.id
              and b.status = 'verified' and b.removed_at is null and b.manifest is not null
              and b.trigger <> 'import'
            order by b.created_at desc limit 1) as backup
        from databases d where d.external_host is null and not exists (
          select 1 from database_servers s where s.database_id = d.id and s.state = 'serving')
        order by d.name
      """;

  /** Places what is here on this node, and asks for what is not. */
  static Future<List<Data>> repair(Tx tx, Machine machine) {
    String[] volumes = machine.volumes().toArray(String[]::new);
    // what was on its way out leaves its name behind: its volume is collected by that evidence
    return tx.query("delete from databases where deleting")
        .compose(done ->
            tx.query(
                """
                update database_servers set state = 'removed', replaced_at = now()
                  where state <> 'removed' and (state = 'filling' or not (volume = any($1)))
                """,
                (Object) volumes))
        .compose(done ->
            tx.query(
                "update database_servers set node_id = $1 where state <> 'removed'",
                machine.nodeId()))
        .compose(done ->
            tx.query(
                """
                update databases d set node_id = (select s.node_id from database_servers s
                    where s.database_id = d.id and s.state = 'serving')
                """))
        .compose(done -> tx.list(WITHOUT_DATA, Data::read))
        .compose(without -> RestoredPlatform.each(without, data -> fill(tx, data)).map(without));
  }

  private static Future<Void> fill(Tx tx, Data data) {
    if (data.backup() == null) {
      return lost(tx, data);
    }
    var wish =
        new RestoreStore.Wish(
            new BackupId(data.backup()),
            BackupSubject.database(data.id().value()),
            List.of(),
            false,
            RestoredPlatform.ACTOR);
    return tx.query(
            "update databases set status = 'creating', failure = null where id = $1",
            data.id().value())
        .compose(done -> RestoreStore.request(tx, wish))
        .compose(restore ->
            new DatabaseWorkStore(tx)
                .ask(
                    data.id(),
                    DatabaseWork.CREATE,
                    Order.restore(restore),
                    RestoredPlatform.ACTOR,
                    null))
        .mapEmpty();
  }

  private static Future<Void> lost(Tx tx, Data data) {
    var failure =
        new Failure(
            RestoredPlatform.STEP,
            "backup_missing",
            "The data of this database were on a machine that is gone, and no verified backup of"
                + " them is known.",
            "Send a dump of it ('./slipway backup upload FILE') and restore it into a new"
                + " database, or remove this one and create it again.",
            List.of());
    return tx.query(
            """
            update databases set status = 'failed', failure = cast($2::text as jsonb) where id = $1
            """,
            data.id().value(),
            Json.text(failure))
        .mapEmpty();
  }
}
