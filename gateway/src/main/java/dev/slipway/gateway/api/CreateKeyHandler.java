package dev.slipway.gateway.api;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.key.ApiKey;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.auth.NewKey;
import dev.slipway.gateway.auth.Scope;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.KeyStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes an API key, which is told this once: only its hash is kept. It belongs to whom it was made
 * by and never may do more than he.
 */
public final class CreateKeyHandler implements Endpoint {
  private static final Set<String> USUAL =
      Set.of(Scope.READ.wire(), Scope.WRITE.wire(), Scope.DEPLOY.wire());

  private final Changes changes;

  public CreateKeyHandler(Changes changes) {
    this.changes = changes;
  }

  /** A key as it is shown this once. */
  private record View(
      String id,
      String name,
      Set<String> scopes,
      String prefix,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable String userId,
      @Nullable String projectId,
      String key) {}

  @Override
  public Future<Reply> answer(Call call) {
    NewKey key = NewKey.random();
    String name = call.body().getString("name");
    Instant expiresAt = expiresAt(call.body().getString("expiresAt"));
    return changes
        .make(
            call,
            "key.create",
            name,
            in ->
                project(in, call.body().getString("projectId"))
                    .compose(project ->
                        in.keys()
                            .add(
                                name,
                                scopes(call.body()),
                                key.hash(),
                                key.prefix(),
                                expiresAt,
                                new KeyStore.Owner(call.caller().userId(), project))))
        .map(made -> Reply.created(view(made, key), "/api/keys/" + made.id()));
  }

  private static Future<@Nullable String> project(Stores in, @Nullable String named) {
    return named == null
        ? Future.succeededFuture()
        : KnownProject.of(in, named).map(ProjectId::value);
  }

  private static Set<String> scopes(JsonObject sent) {
    return sent.containsKey("scopes")
        ? sent.getJsonArray("scopes").stream()
            .map(String.class::cast)
            .collect(Collectors.toUnmodifiableSet())
        : USUAL;
  }

  private static @Nullable Instant expiresAt(@Nullable String sent) {
    if (sent == null) {
      return null;
    }
    Instant expiresAt = OffsetDateTime.parse(sent).toInstant();
    if (!expiresAt.isAfter(Instant.now())) {
      throw Problem.invalid("expiresAt", "must lie in the future");
    }
    return expiresAt;
  }

  private static View view(ApiKey made, NewKey key) {
    return new View(
        made.id(),
        made.name(),
        made.scopes(),
        made.prefix(),
        made.createdAt(),
        made.expiresAt(),
        made.lastUsedAt(),
        made.userId(),
        made.projectId(),
        key.key());
  }
}
