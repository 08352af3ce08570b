package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupBells;
import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Abandon;
import dev.slipway.contracts.backup.BackupContract.Finish;
import dev.slipway.contracts.backup.BackupContract.Receive;
import dev.slipway.contracts.backup.BackupContract.Received;
import dev.slipway.contracts.backup.BackupContract.Sent;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.BackupRequests.Import;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DestinationStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a dump in: it goes through a backup service to its destination as it comes, then it becomes
 * a backup whose proof is asked for. A dump that was not taken in to its end leaves nothing.
 */
final class UploadBackup implements Endpoint {
  private static final Logger LOG = LoggerFactory.getLogger(UploadBackup.class);
  private static final int AT_ONCE = 4;
  private static final long MOST = 1L << 40;

  private final Vertx vertx;
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private int open;

  UploadBackup(Vertx vertx, Stores stores, Changes changes, Bus bus) {
    this.vertx = vertx;
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
  }

  @Override
  public Future<Reply> answer(Call call) {
    if (open >= AT_ONCE) {
      return Future.failedFuture(tooMany());
    }
    open++;
    return stores
        .backupRequests()
        .importing(
            new Import(
                call.text("databaseId").orElse(null),
                call.text("projectId").orElse(null),
                call.text("name").orElse(null),
                call.text("engine").orElse(null),
                call.text("version").orElse(null),
                call.text("destinationId").orElse(DestinationStore.LOCAL),
                call.flag("encrypted"),
                call.caller().name()))
        .compose(wish -> taken(call, wish))
        .onComplete(over -> open--)
        .compose(id -> stores.backups().get(id))
        .map(backup -> {
          bus.ring(BackupBells.AVAILABLE, new BackupBells.Available(backup.id().value()));
          return Backups.accepted(backup);
        });
  }

  private Future<BackupId> taken(Call call, BackupWish wish) {
    BackupId id = BackupId.fresh();
    var receive =
        new Receive(
            id,
            wish.destinationId(),
            String.valueOf(wish.known().engine()),
            String.valueOf(wish.known().version()),
            wish.encrypted());
    return bus.ask(BackupContract.RECEIVE, receive)
        .compose(receiving ->
            stored(call, id, receiving.place())
                .compose(received -> recorded(call, id, wish, received))
                .compose(recorded ->
                    recorded.equals(id)
                        ? Future.succeededFuture(recorded)
                        : abandoned(id, receiving.place()).map(recorded))
                .onFailure(failure -> abandoned(id, receiving.place())));
  }

  private Future<Received> stored(Call call, BackupId id, String place) {
    long[] at = {0};
    var body =
        new SentBody(
            vertx,
            call.request(),
            BackupContract.MOST_BYTES,
            MOST,
            part -> sent(id, place, at, part));
    return body.read()
        .compose(bytes -> {
          if (bytes == 0) {
            throw Problem.invalid("", "the body is empty; send the dump as it is");
          }
          return bus.ask(BackupContract.FINISH.at(place), new Finish(id, bytes));
        });
  }

  private Future<Void> sent(BackupId id, String place, long[] at, Buffer part) {
    return bus.ask(BackupContract.SEND.at(place), new Sent(id, at[0], part.getBytes()))
        .map(taken -> {
          at[0] = taken.bytes();
          return null;
        });
  }

  /** What stands for the body in the comparison of repeated requests is its hash. */
  private Future<BackupId> recorded(Call call, BackupId id, BackupWish wish, Received received) {
    return changes
        .once(
            call.with(received.manifest().plainSha256()),
            "backup.upload",
            in ->
                in.backupRequests()
                    .imported(id, wish, received.objectKey(), received.manifest())
                    .map(BackupId::value))
        .map(BackupId::new);
  }

  private Future<Void> abandoned(BackupId id, String place) {
    return bus.ask(BackupContract.ABANDON.at(place), new Abandon(id))
        .<Void>mapEmpty()
        .recover(failure -> {
          LOG.warn("What was sent of {} may lie at its destination: {}", id, failure.getMessage());
          return Future.succeededFuture();
        });
  }

  private static Problem tooMany() {
    return new Problem(
        429,
        "too_many_uploads",
        "Too many uploads",
        AT_ONCE + " dumps are on their way already.",
        "Send it again in a moment.",
        List.of(),
        null);
  }
}
