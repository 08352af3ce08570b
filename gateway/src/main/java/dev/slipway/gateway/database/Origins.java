package dev.slipway.gateway.database;

import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.backup.BackupId;
import dev.slipway.contracts.backup.BackupStatus;
import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.backup.BackupTrigger;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.http.Call;
import dev.slipway.store.BackupWish;
import dev.slipway.store.DatabaseWorkStore.Order;
import dev.slipway.store.OrganizationStore;
import dev.slipway.store.OrganizationStore.Place;
import dev.slipway.store.RestoreStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What a new database begins with: nothing, a backup, or the data of another database, which is
 * backed up for it. Whoever asks must be allowed to change things where that data is from: he gets
 * all of it.
 */
final class Origins {
  /** Where the backup of a copied database lies. */
  private static final String DESTINATION = "local";

  private final OrganizationStore organizations;

  Origins(OrganizationStore organizations) {
    this.organizations = organizations;
  }

  /** The rows that tell what to fill it with, in the transaction that makes it. */
  Future<Order> of(Stores in, Call call, DatabaseId id, DatabaseEngine engine) {
    JsonObject from = call.body().getJsonObject("from");
    if (from == null) {
      return Future.succeededFuture(Order.PLAIN);
    }
    String backup = from.getString("backupId");
    String source = from.getString("databaseId");
    Future<BackupId> filling =
        backup != null
            ? backup(in, call, engine, new BackupId(backup))
            : copy(in, call, engine, new DatabaseId(String.valueOf(source)));
    return filling
        .compose(found ->
            in.restores()
                .request(
                    new RestoreStore.Wish(
                        found,
                        BackupSubject.database(id.value()),
                        List.of(),
                        false,
                        call.caller().name())))
        .map(Order::restore);
  }

  private Future<BackupId> backup(Stores in, Call call, DatabaseEngine engine, BackupId id) {
    return in.backups()
        .get(id)
        .recover(failure -> missing("from.backupId", failure))
        .compose(found ->
            place(in, id)
                .map(place -> {
                  requireSeen(call, place, Problem.notFound("backup", id.value()), "from.backupId");
                  requireFit(engine, found);
                  return id;
                }));
  }

  private static void requireFit(DatabaseEngine engine, Backup found) {
    if (found.subject().kind() != BackupSubject.Kind.DATABASE
        || !engine.wire().equals(found.engine())) {
      throw Problem.invalid("from.backupId", "must be a backup of a " + engine.wire());
    }
    boolean there =
        (found.status() == BackupStatus.STORED || found.status() == BackupStatus.VERIFIED)
            && found.removedAt() == null;
    if (!there) {
      throw Problem.conflict(
          "backup_not_stored",
          "Nothing of this backup lies at its destination.",
          "Choose one that GET /api/backups shows as stored or verified.");
    }
  }

  /** A backup outlives its database; what is no project's is the organization's. */
  private Future<Place> place(Stores in, BackupId id) {
    return in.backups()
        .project(id)
        .compose(project ->
            project == null
                ? Future.succeededFuture(Place.ORGANIZATION)
                : organizations.ofProject(project).map(found -> found.orElse(Place.ORGANIZATION)));
  }

  private Future<BackupId> copy(Stores in, Call call, DatabaseEngine engine, DatabaseId source) {
    return in.databases()
        .get(source)
        .recover(failure -> missing("from.databaseId", failure))
        .compose(found ->
            organizations
                .ofDatabase(source.value())
                .compose(place -> {
                  requireSeen(
                      call,
                      place.orElse(Place.ORGANIZATION),
                      Problem.notFound("database", source.value()),
                      "from.databaseId");
                  requireSame(engine, found);
                  return in.backups().request(wish(call, found));
                }));
  }

  private static void requireSame(DatabaseEngine engine, ProjectDatabase source) {
    if (source.engine() != engine) {
      throw Problem.invalid(
          "from.databaseId", "must be a " + engine.wire() + ", not a " + source.engine().wire());
    }
  }

  private static BackupWish wish(Call call, ProjectDatabase source) {
    return BackupWish.of(source, BackupTrigger.MANUAL, call.caller().name(), DESTINATION, false);
  }

  private static void requireSeen(Call call, Place place, Problem unseen, String field) {
    if (!call.caller().isInstallation() && !call.caller().at(place).may(Scope.WRITE)) {
      throw Problem.invalid(field, unseen.detail());
    }
  }

  /** The address of the request is right, so what it names is a mistake in the body and no 404. */
  private static <T> Future<T> missing(String field, Throwable failure) {
    return failure instanceof Problem problem && problem.status() == 404
        ? Future.failedFuture(Problem.invalid(field, problem.detail()))
        : Future.failedFuture(failure);
  }
}
