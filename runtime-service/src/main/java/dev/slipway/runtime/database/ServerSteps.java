package dev.slipway.runtime.database;

import dev.slipway.platform.saga.StepContext;
import dev.slipway.store.DatabaseServerStore.Server;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps that make, start, stop and change one server. */
final class ServerSteps {
  private final DatabaseStores stores;
  private final Servers servers;
  private final Forms forms;
  private final ServerHealth health;
  private final LastLines lines;

  ServerSteps(DatabaseParts parts, Servers servers, Forms forms, LastLines lines) {
    this.stores = parts.stores();
    this.servers = servers;
    this.forms = forms;
    this.health = new ServerHealth(parts);
    this.lines = lines;
  }

  static Reserved reserved(StepContext ctx) {
    return ctx.output(DatabaseSaga.RESERVE, Reserved.class);
  }

  /** Tells what it does, and proves on the way that it still may. */
  void say(StepContext ctx, String words) {
    stores.works().step(ctx.fence(), words).await();
  }

  /** Asked before each change: the work is still wanted, and still ours. */
  Servers.Right right(StepContext ctx) {
    return () -> {
      ctx.checkpoint();
      ctx.fence().prove(stores.database()).await();
    };
  }

  // ---- a new server

  /** Its row first, so that whatever is made can be found and taken away by name. */
  @Nullable Object startNew(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    say(ctx, "Starts the server");
    stores.servers().filling(ctx.fence(), reserved.server()).await();
    servers.run(reserved.filled() ? forms.hidden(reserved) : forms.wanted(reserved), right(ctx));
    return null;
  }

  /** Undo: the service, and its volume with what little is in it. */
  void removeNew(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    servers.remove(reserved.server(), right(ctx));
    stores
        .servers()
        .givenUp(ctx.fence(), reserved.before().id(), reserved.server().generation())
        .await();
  }

  /** It is the one that serves from here on. */
  @Nullable Object serve(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    say(ctx, "Opens the server to the applications");
    servers.run(forms.wanted(reserved), right(ctx));
    stores
        .servers()
        .serve(ctx.fence(), reserved.before().id(), reserved.server().generation())
        .await();
    return null;
  }

  // ---- the server that serves

  @Nullable Object start(StepContext ctx) throws InterruptedException {
    say(ctx, "Starts the server");
    servers.run(forms.wanted(reserved(ctx)), right(ctx));
    return null;
  }

  @Nullable Object stop(StepContext ctx) throws InterruptedException {
    say(ctx, "Stops the server");
    servers.stop(reserved(ctx).server(), right(ctx));
    return null;
  }

  /** Undo of a start: it rests again. */
  void stopAgain(StepContext ctx) throws InterruptedException {
    if (reserved(ctx).before().stopped()) {
      servers.stop(reserved(ctx).server(), right(ctx));
    }
  }

  /** Undo of a stop. */
  void startAgain(StepContext ctx) throws InterruptedException {
    servers.run(forms.wanted(reserved(ctx)), right(ctx));
  }

  @Nullable Object change(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    say(ctx, "Gives the server its new form");
    bring(ctx, reserved, forms.wanted(reserved));
    return null;
  }

  /** Undo: the form before. */
  void changeBack(StepContext ctx) throws InterruptedException {
    Reserved reserved = reserved(ctx);
    String image = reserved.formerImage() == null ? "" : reserved.formerImage();
    bring(
        ctx,
        reserved,
        forms.of(reserved.before(), reserved.server(), image, reserved.before().config(), true));
  }

  private void bring(StepContext ctx, Reserved reserved, Form form) throws InterruptedException {
    if (reserved.before().stopped()) {
      servers.rest(form, right(ctx));
    } else {
      servers.run(form, right(ctx));
    }
  }

  /** Nothing to wait for where its owner has stopped it. */
  @Nullable Object awaitChanged(StepContext ctx) throws InterruptedException {
    return reserved(ctx).before().stopped() ? null : awaitHealthy(ctx);
  }

  @Nullable Object awaitHealthy(StepContext ctx) throws InterruptedException {
    say(ctx, "Waits until the server answers");
    awaitHealthy(ctx, reserved(ctx).server());
    return null;
  }

  void awaitHealthy(StepContext ctx, Server server) throws InterruptedException {
    List<String> secrets =
        List.of(stores.rows().access(reserved(ctx).before().id()).await().password().reveal());
    health.await(server, secrets, right(ctx), words -> lines.keep(ctx.sagaId(), words));
  }
}
