package dev.slipway.runtime.database;

import dev.slipway.contracts.application.Project;
import dev.slipway.contracts.database.ProjectDatabase;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.NewPassword;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.saga.StepContext;
import dev.slipway.runtime.insight.PasswordChange;
import dev.slipway.runtime.insight.PasswordChange.Place;
import dev.slipway.runtime.service.ProjectNetworks;
import dev.slipway.store.DatabasePasswordStore;
import dev.slipway.store.DatabaseServerStore;
import dev.slipway.store.DatabaseServerStore.Server;
import org.jspecify.annotations.Nullable;

/**
 * Steps that give a database another password: drawn and kept beside the one it has, told to its
 * server, and only then the database's own.
 */
final class PasswordSteps {
  private final DatabaseStores stores;
  private final DatabasePasswordStore passwords;
  private final ProjectNetworks networks;
  private final PasswordChange change;
  private final ServerSteps servers;

  PasswordSteps(DatabaseParts parts, ServerSteps servers) {
    this.stores = parts.stores();
    this.passwords = new DatabasePasswordStore(stores.database(), stores.vault());
    this.networks = new ProjectNetworks(parts.base());
    this.change = new PasswordChange(parts.engine(), parts.base().installation(), parts.images());
    this.servers = servers;
  }

  /** Also when this runs twice there is one. */
  @Nullable Object draw(StepContext ctx) {
    servers.say(ctx, "Draws a password");
    passwords
        .draw(ctx.fence(), ServerSteps.reserved(ctx).before().id(), NewPassword.random())
        .await();
    return null;
  }

  /** Undo: the server does not know it any more. */
  void forget(StepContext ctx) {
    passwords.forget(ctx.fence(), ServerSteps.reserved(ctx).before().id()).await();
  }

  @Nullable Object set(StepContext ctx) {
    servers.say(ctx, "Tells the server its password");
    servers.right(ctx).check();
    change.set(place(ctx), current(ctx), next(ctx));
    return null;
  }

  /** Undo: the one that it had counts. */
  void setBack(StepContext ctx) {
    change.set(place(ctx), next(ctx), current(ctx));
  }

  @Nullable Object keep(StepContext ctx) {
    passwords.keep(ctx.fence(), ServerSteps.reserved(ctx).before().id()).await();
    return null;
  }

  private Place place(StepContext ctx) {
    Reserved reserved = ServerSteps.reserved(ctx);
    ProjectDatabase database = reserved.before();
    Server server = reserved.server();
    Project project = stores.projects().get(database.projectId()).await();
    ServerAccess access = stores.rows().access(database.id()).await();
    return new Place(
        database.engine(),
        server.image(),
        networks.of(project.id().value(), project.name()),
        DatabaseServerStore.hostName(database.name(), server.generation()),
        database.engine().port(),
        access.user(),
        access.database());
  }

  private Secret current(StepContext ctx) {
    return stores.rows().access(ServerSteps.reserved(ctx).before().id()).await().password();
  }

  private Secret next(StepContext ctx) {
    Secret next = passwords.next(ServerSteps.reserved(ctx).before().id()).await();
    if (next == null) {
      throw Problem.failed(
          "password_not_set", "No password was drawn for it.", "Ask for another one again.");
    }
    return next;
  }
}
