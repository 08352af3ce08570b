package dev.slipway.gateway.api;

import dev.slipway.contracts.database.DatabaseBells;
import dev.slipway.contracts.event.Events;
import dev.slipway.gateway.auth.Caller;
import dev.slipway.gateway.http.AddressRanges;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Origin;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.pg.Queries;
import dev.slipway.platform.secrets.Vault;
import dev.slipway.store.AuditStore.Note;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How every change is made: row first, bell second. What is changed, who did it from where, what
 * was before and after, and which Idempotency-Key asked for it are one transaction, so none of them
 * is ever there without the others.
 */
public final class Changes {
  private final Queries database;
  private final Vault vault;
  private final Bus bus;
  private final AddressRanges proxies;
  private final Runnable noted;

  /**
   * Changes.
   *
   * @param proxies whose word on where a request comes from counts
   * @param noted told after the commit of each change that was noted
   */
  public Changes(Queries database, Vault vault, Bus bus, AddressRanges proxies, Runnable noted) {
    this.database = database;
    this.vault = vault;
    this.bus = bus;
    this.proxies = proxies;
    this.noted = noted;
  }

  /** Makes a change and notes it under the name of the caller, with what was before and after. */
  public <T extends @Nullable Object> Future<T> make(
      Call call, String action, String subject, Function<Stores, Future<T>> work) {
    return database
        .<T>transaction(tx -> {
          Stores stores = Stores.on(tx, vault);
          return Subjects.before(stores, action, subject)
              .compose(before ->
                  work.apply(stores)
                      .compose(
                          made -> note(call, action, subject, before, stores).map(done -> made)));
        })
        .onSuccess(made -> noted.run());
  }

  /**
   * Makes something that has an id, once for each Idempotency-Key: the same request again gets the
   * same id, and the key with another request is a conflict. Also noted under the name of the
   * caller.
   */
  public Future<String> once(Call call, String action, Function<Stores, Future<String>> work) {
    return once(call, action, null, work);
  }

  /**
   * The same for work that has an id of its own, on something that is there already.
   *
   * @param subject the id that the change is noted under; null: that of what is made
   */
  public Future<String> once(
      Call call, String action, @Nullable String subject, Function<Stores, Future<String>> work) {
    String key = call.text("idempotency-key").orElse(null);
    return database
        .transaction(tx -> {
          Stores stores = Stores.on(tx, vault);
          return key == null
              ? made(call, action, subject, stores, work)
              : stores
                  .idempotency()
                  .claim(call.caller().id(), key, fingerprint(call))
                  .compose(before ->
                      before.isPresent()
                          ? Future.succeededFuture(before.get())
                          : made(call, action, subject, stores, work)
                              .compose(id -> remembered(call, key, id, stores)));
        })
        .onSuccess(id -> noted.run());
  }

  /**
   * Notes what changes no row of ours, such as a command that is run or a secret that is shown:
   * before it is done.
   */
  public Future<Void> note(Call call, String action, String subject, Map<String, String> details) {
    return database
        .<Void>transaction(tx ->
            Stores.on(tx, vault)
                .audit()
                .record(row(call, action, subject, details, new BeforeAfter(null, null))))
        .onSuccess(done -> noted.run());
  }

  private Future<String> made(
      Call call,
      String action,
      @Nullable String subject,
      Stores stores,
      Function<Stores, Future<String>> work) {
    String named = call.parameters().get("id") instanceof String id ? id : null;
    return Subjects.before(stores, action, named)
        .compose(before ->
            work.apply(stores)
                .compose(id ->
                    note(call, action, subject == null ? id : subject, before, stores).map(id)));
  }

  private Future<Void> note(
      Call call, String action, String subject, @Nullable Object before, Stores stores) {
    return Subjects.after(stores, action, subject)
        .compose(after ->
            stores
                .audit()
                .record(row(call, action, subject, Map.of(), BeforeAfter.of(before, after))));
  }

  private Note row(
      Call call,
      String action,
      String subject,
      Map<String, String> details,
      BeforeAfter difference) {
    Caller caller = call.caller();
    Origin origin = origin(call);
    return new Note(
        caller.id(),
        caller.name(),
        kind(caller.id()),
        origin.address(),
        origin.userAgent(),
        origin.requestId(),
        action,
        subject,
        details,
        difference.before(),
        difference.after());
  }

  /** Where a call comes from, as far as those say who may speak for others. */
  public Origin origin(Call call) {
    return Origin.of(call.request(), proxies);
  }

  /** What kind of caller has an id like that. */
  private static String kind(String id) {
    int end = id.indexOf('_');
    String prefix = end < 0 ? id : id.substring(0, end);
    return switch (prefix) {
      case "" -> "anybody";
      case "usr", "user" -> "person";
      default -> prefix;
    };
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

  /** Wakes whoever works on databases up; after the commit. */
  public void ringDatabase(String databaseId) {
    bus.ring(DatabaseBells.AVAILABLE, new DatabaseBells.Available(databaseId));
  }

  /** Wakes builder and runtime up; after the commit. */
  public void ring(String deploymentId) {
    bus.ring(Events.DEPLOYMENTS_AVAILABLE, new Events.Available(deploymentId));
  }
}
