package dev.slipway.gateway.audit;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.slipway.contracts.audit.AuditEntry;
import dev.slipway.gateway.api.Page;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.AuditStore.Filter;
import dev.slipway.store.AuditStore.Noted;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Who did what, newest first. */
final class ListAuditHandler implements Endpoint {
  private final Stores stores;

  ListAuditHandler(Stores stores) {
    this.stores = stores;
  }

  /**
   * A row.
   *
   * @param seq its place in the chain; null: not chained yet
   */
  private record View(
      long id,
      @Nullable Long seq,
      Instant at,
      @Nullable String actorId,
      String actor,
      @Nullable String actorKind,
      String action,
      String subject,
      @Nullable String address,
      @Nullable String userAgent,
      @Nullable String requestId,
      RawValue details,
      @Nullable RawValue before,
      @Nullable RawValue after,
      boolean beforeChain,
      @Nullable String hash) {}

  @Override
  public Future<Reply> answer(Call call) {
    Filter filter =
        new Filter(
            call.text("actor").orElse(null),
            call.text("action").orElse(null),
            call.text("subject").orElse(null),
            call.text("since").map(text -> OffsetDateTime.parse(text).toInstant()).orElse(null),
            Page.below(call),
            Page.wanted(call));
    return stores
        .audit()
        .list(filter)
        .map(found ->
            Reply.ok(
                Page.of(
                    call,
                    found,
                    ListAuditHandler::view,
                    noted -> String.valueOf(noted.entry().id()))));
  }

  private static View view(Noted noted) {
    AuditEntry entry = noted.entry();
    var chained = noted.chained();
    return new View(
        entry.id(),
        chained == null ? null : chained.seq(),
        entry.at(),
        entry.actorId(),
        entry.actor(),
        entry.actorKind(),
        entry.action(),
        entry.subject(),
        entry.address(),
        entry.userAgent(),
        entry.requestId(),
        new RawValue(entry.details()),
        raw(entry.before()),
        raw(entry.after()),
        entry.beforeChain(),
        chained == null ? null : chained.hash());
  }

  private static @Nullable RawValue raw(@Nullable String json) {
    return json == null ? null : new RawValue(json);
  }
}
