package dev.slipway.runtime.database;

import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseWork;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.deployment.Failure;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Tx;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.backup.BackupWait;
import dev.slipway.store.BackupOrders;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DatabaseServerStore.Server;
import dev.slipway.store.DatabaseWorkStore;
import dev.slipway.store.RestoreStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Steps that replace a database's server by one with other data. What backup services do for them
 * are rows: asked for here, fulfilled by whichever of them is there, looked at until they end.
 */
final class ReplacementSteps {
  private static final String DESTINATION = "local";

  private static final String BACKUP = "the backup of what is there";
  private static final String CODE = "safety_backup_failed";

  /** Nobody is without anything meanwhile, and whoever waits may cancel. */
  private static final BackupWait.Terms SOURCE =
      new BackupWait.Terms(
          "the backup to fill it from", "backup_failed", null, "What it is of is as it was.", null);

  private final DatabaseStores stores;
  private final Servers servers;
  private final Forms forms;
  private final ServerSteps steps;
  private final Duration told;
  private final BackupWait.Terms terms;
  private final Consumer<String> backups;

  ReplacementSteps(
      DatabaseWork work, DatabaseParts parts, Servers servers, Forms forms, ServerSteps steps) {
    this.stores = parts.stores();
    this.servers = servers;
    this.forms = forms;
    this.steps = steps;
    this.told = parts.backupsTold();
    this.terms =
        work == DatabaseWork.UPGRADE
            ? upgrade(parts.upgradeBackupWithin())
            : new BackupWait.Terms(BACKUP, CODE, null, "The server is as it was.", null);
    this.backups = parts.backups();
  }

  /** Applications are without a database while it is upgraded: that must come to an end. */
  private static BackupWait.Terms upgrade(Duration within) {
    return new BackupWait.Terms(
        BACKUP,
        CODE,
        within,
        "The server is as it was, and the applications have it again;"
            + " SLIPWAY_UPGRADE_BACKUP_LIMIT allows a backup more time.",
        null);
  }

  // ---- nothing may be written any more that the backup would miss

  /** Applications lose the server until the end; the backup reaches it by its own name. */
  @Nullable Object hold(StepContext ctx) throws InterruptedException {
    Reserved reserved = ServerSteps.reserved(ctx);
    steps.say(ctx, "Takes the server away from the applications, so that no write is lost");
    servers.run(former(reserved, false), steps.right(ctx));
    // it was started anew: the backup has to find it
    steps.awaitHealthy(ctx, formerServer(reserved));
    return null;
  }

  /** Undo: it is theirs again. */
  void giveBack(StepContext ctx) throws InterruptedException {
    servers.run(former(ServerSteps.reserved(ctx), true), steps.right(ctx));
  }

  private Form former(Reserved reserved, boolean open) {
    return forms.of(
        reserved.before(),
        formerServer(reserved),
        Objects.requireNonNull(reserved.formerImage()),
        reserved.before().config(),
        open);
  }

  private static Server formerServer(Reserved reserved) {
    return Objects.requireNonNull(reserved.former());
  }

  // ---- a backup that is proven

  /** Asked for with the record that it was: never twice. */
  @Nullable Object askBackup(StepContext ctx) {
    Reserved reserved = ServerSteps.reserved(ctx);
    steps.say(ctx, "Asks for a backup of what is there");
    ctx.inCheckpoint(tx -> askBackup(tx, ctx.sagaId(), reserved.before()));
    ctx.afterCheckpoint(() -> backups.accept(ctx.sagaId()));
    return null;
  }

  /**
   * An upgrade restores that very backup; a restore names its own, and keeps this one as a way
   * back.
   */
  private static Future<Void> askBackup(Tx tx, String work, ProjectDatabase database) {
    DatabaseWorkStore works = new DatabaseWorkStore(tx);
    return works
        .get(work)
        .compose(asked ->
            BackupOrders.request(
                    tx,
                    BackupWish.of(
                        database, BackupTrigger.SAFETY, asked.actor(), DESTINATION, false))
                .compose(backup ->
                    restoreOf(tx, works, asked, backup.orElseThrow())
                        .compose(id -> RestoreStore.safety(tx, id, backup.orElseThrow()))));
  }

  private static Future<String> restoreOf(
      Tx tx, DatabaseWorkStore works, DatabaseWorkStore.Work asked, BackupId backup) {
    String known = asked.order().restoreId();
    if (known != null) {
      return Future.succeededFuture(known);
    }
    var subject = BackupSubject.database(asked.databaseId().value());
    var wish = new RestoreStore.Wish(backup, subject, List.of(), true, asked.actor());
    return RestoreStore.request(tx, wish).compose(id -> works.fills(asked.id(), id).map(id));
  }

  /** Undo: nobody waits for either of them any more. */
  void withdraw(StepContext ctx) {
    String restore = restoreId(ctx);
    if (restore != null) {
      BackupId backup = stores.restores().get(restore).await().safetyBackupId();
      if (backup != null) {
        stores.backups().cancel(backup).await();
      }
      stores.restores().cancel(restore).await();
      backups.accept(restore);
    }
  }

  @Nullable Object awaitBackup(StepContext ctx) throws InterruptedException {
    steps.say(ctx, "Waits until the backup is taken and proven");
    String restore = Objects.requireNonNull(restoreId(ctx), "a restore of this work");
    BackupId id = Objects.requireNonNull(stores.restores().get(restore).await().safetyBackupId());
    BackupWait wait = new BackupWait(stores.backups(), told);
    for (int looks = 0; !wait.isProven(id, terms, backup -> {}); looks++) {
      BackupWait.rest(ctx, looks);
    }
    return null;
  }

  // ---- the data

  /** A work that fills nothing passes. */
  @Nullable Object fill(StepContext ctx) throws InterruptedException {
    Reserved reserved = ServerSteps.reserved(ctx);
    if (!reserved.filled()) {
      return null;
    }
    String id = Objects.requireNonNull(restoreId(ctx), "a restore of this work");
    awaitStored(ctx, stores.restores().get(id).await().backupId());
    steps.say(ctx, "Fills the server from the backup");
    int generation = reserved.server().generation();
    stores
        .database()
        .transaction(tx ->
            ctx.fence()
                .guard(tx)
                .compose(held -> RestoreStore.begin(tx, id, generation, false, null)))
        .await();
    backups.accept(id);
    Restore restore = stores.restores().get(id).await();
    for (int looks = 0; open(restore); looks++) {
      BackupWait.rest(ctx, looks);
      restore = stores.restores().get(id).await();
    }
    if (restore.status() != Restore.Status.SUCCESS) {
      throw failed("restore_failed", "The server could not be filled", restore.failure());
    }
    return null;
  }

  /** A copy begins with a backup that was only just asked for; a proof is not waited for. */
  private void awaitStored(StepContext ctx, BackupId id) throws InterruptedException {
    BackupWait wait = new BackupWait(stores.backups(), told);
    for (int looks = 0; !wait.isStored(id, SOURCE, backup -> {}); looks++) {
      if (looks == 0) {
        steps.say(ctx, "Waits until the backup is taken");
      }
      BackupWait.rest(ctx, looks);
    }
  }

  /** Undo: what is being put into a server that goes stops first. */
  void stopFilling(StepContext ctx) throws InterruptedException {
    String id = restoreId(ctx);
    if (id != null) {
      stores.restores().cancel(id).await();
      backups.accept(id);
    }
  }

  private static boolean open(Restore restore) {
    return switch (restore.status()) {
      case WAITING, PENDING, RUNNING -> true;
      case SUCCESS, FAILED, CANCELLED -> false;
    };
  }

  private @Nullable String restoreId(StepContext ctx) {
    return stores.works().get(ctx.sagaId()).await().order().restoreId();
  }

  private static Problem failed(String code, String what, @Nullable Failure failure) {
    return Problem.failed(
        code,
        what + (failure == null ? "; it was cancelled." : ": " + failure.detail()),
        failure == null ? "Ask again when you are ready." : failure.remedy());
  }

  // ---- the switch

  /** The old one is down before the new one has its name: nobody ever finds both. */
  @Nullable Object change(StepContext ctx) throws InterruptedException {
    Reserved reserved = ServerSteps.reserved(ctx);
    steps.say(ctx, "Puts the new server in the place of the old one");
    servers.remove(formerServer(reserved), steps.right(ctx));
    return steps.serve(ctx);
  }
}
