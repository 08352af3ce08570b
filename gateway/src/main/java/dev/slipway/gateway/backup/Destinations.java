package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupContract;
import dev.slipway.contracts.backup.BackupContract.Check;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.DestinationStore.CheckFailure;
import dev.slipway.store.DestinationStore.Destination;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where backups may lie. Secrets go in and never out. */
final class Destinations {
  private final Stores stores;
  private final Changes changes;
  private final Bus bus;

  Destinations(Stores stores, Changes changes, Bus bus) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
  }

  private record Page(List<View> items, @Nullable String nextCursor) {}

  /** A destination as it is shown. */
  private record View(
      String id,
      String name,
      String type,
      @Nullable Map<String, Object> local,
      @Nullable Map<String, Object> s3,
      @Nullable Map<String, Object> sftp,
      @Nullable Instant checkedAt,
      @Nullable CheckFailure checkFailure,
      Instant createdAt,
      Instant updatedAt) {

    static View of(Destination known) {
      return new View(
          known.id(),
          known.name(),
          known.type(),
          DestinationFields.shown(known, "local"),
          DestinationFields.shown(known, "s3"),
          DestinationFields.shown(known, "sftp"),
          known.checkedAt(),
          known.checkFailure(),
          known.createdAt(),
          known.updatedAt());
    }
  }

  Future<Reply> list(Call call) {
    return stores
        .destinations()
        .all()
        .map(all -> Reply.ok(new Page(all.stream().map(View::of).toList(), null)));
  }

  Future<Reply> get(Call call) {
    return stores
        .destinations()
        .get(call.path("id"))
        .map(known -> Reply.ok(View.of(known)).version(known.etag()));
  }

  Future<Reply> create(Call call) {
    JsonObject body = call.body();
    DestinationFields fields = DestinationFields.ofNew(body);
    return changes
        .once(
            call,
            "destination.create",
            in ->
                in.destinations()
                    .add(
                        body.getString("name"), fields.type(), fields.settings(), fields.secrets()))
        .compose(id -> stores.destinations().get(id))
        .map(made ->
            Reply.created(View.of(made), "/api/destinations/" + made.id()).version(made.etag()));
  }

  Future<Reply> update(Call call) {
    String id = call.path("id");
    JsonObject body = call.body();
    return changes
        .make(
            call,
            "destination.update",
            id,
            in ->
                in.destinations()
                    .get(id)
                    .map(known -> DestinationFields.ofChange(body, known))
                    .compose(fields ->
                        in.destinations()
                            .change(
                                id,
                                body.getString("name"),
                                fields.settings(),
                                fields.secrets(),
                                call.expectedVersion())))
        .map(known -> Reply.ok(View.of(known)).version(known.etag()));
  }

  Future<Reply> delete(Call call) {
    String id = call.path("id");
    return changes
        .make(call, "destination.delete", id, in -> in.destinations().remove(id))
        .map(done -> Reply.nothing());
  }

  Future<Reply> check(Call call) {
    return stores
        .destinations()
        .get(call.path("id"))
        .compose(known -> bus.ask(BackupContract.CHECK, new Check(known.id())))
        .map(Reply::ok);
  }
}
