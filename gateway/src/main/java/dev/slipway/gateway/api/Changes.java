package dev.slipway.gateway.api;

import dev.slipway.contracts.event.Events;
import dev.slipway.gateway.http.Call;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How every change is made: row first, bell second. What is changed, who did it and which
 * Idempotency-Key asked for it are one transaction, so none of them is ever there without the
 * others.
 */
public final class Changes {
  private final Queries database;
  private final Vault vault;
  private final Bus bus;

  public Changes(Queries database, Vault vault, Bus bus) {
    this.database = database;
    this.vault = vault;
    this.bus = bus;
  }

  /** Makes a change and notes it under the name of the caller. */
  public <T extends @Nullable Object> Future<T> make(
      Call call, String action, String subject, Function<Stores, Future<T>> work) {
    return database.transaction(tx -> {
      Stores stores = Stores.on(tx, vault);
      return work.apply(stores)
          .compose(made ->
              stores
                  .audit()
                  .record(call.caller().name(), action, subject, Map.of())
                  .map(noted -> made));
    });
  }

  /**
   * Makes something that has an id, once for each Idempotency-Key: the same request again gets the
   * same id, and the key with another request is a conflict. Also noted under the name of the
   * caller.
   */
  public Future<String> once(Call call, String action, Function<Stores, Future<String>> work) {
    String key = call.text("idempotency-key").orElse(null);
    return database.transaction(tx -> {
      Stores stores = Stores.on(tx, vault);
      return key == null
          ? noted(call, action, stores, work)
          : stores
              .idempotency()
              .claim(call.caller().id(), key, fingerprint(call))
              .compose(before ->
                  before.isPresent()
                      ? Future.succeededFuture(before.get())
                      : noted(call, action, stores, work)
                          .compose(id -> remembered(call, key, id, stores)));
    });
  }

  private static Future<String> noted(
      Call call, String action, Stores stores, Function<Stores, Future<String>> work) {
    return work.apply(stores)
        .compose(id ->
            stores.audit().record(call.caller().name(), action, id, Map.of()).map(done -> id));
  }

  private static Future<String> remembered(Call call, String key, String id, Stores stores) {
    return stores.idempotency().made(call.caller().id(), key, id).map(done -> id);
  }

  /** The body counts as its mark: it may hold secrets. */
  private String fingerprint(Call call) {
    return call.request().method()
        + " "
        + call.request().uri()
        + " "
        + vault.mark(call.body().encode() + call.text());
  }

  /** Wakes builder and runtime up; after the commit. */
  public void ring(String deploymentId) {
    bus.ring(Events.DEPLOYMENTS_AVAILABLE, new Events.Available(deploymentId));
  }
}
