package dev.slipway.gateway.source;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Reply;
import dev.slipway.store.SourceAccessStore.Credentials;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an application presents to its repository over HTTP. The secret goes in and never out. */
final class SourceCredentials {
  private static final String DEFAULT_API = "https://api.github.com";

  private final Stores stores;
  private final Changes changes;

  SourceCredentials(Stores stores, Changes changes) {
    this.stores = stores;
    this.changes = changes;
  }

  /** Credentials as they are shown. */
  private record View(
      String kind,
      @Nullable String username,
      @Nullable String appId,
      @Nullable String installationId,
      @Nullable String apiUrl,
      Instant updatedAt,
      String updatedBy) {

    static View of(Credentials kept) {
      Map<String, String> settings = kept.settings();
      return new View(
          kept.kind(),
          settings.get("username"),
          settings.get("appId"),
          settings.get("installationId"),
          settings.get("apiUrl"),
          kept.updatedAt(),
          kept.updatedBy());
    }
  }

  Future<Reply> get(Call call) {
    return stores
        .access()
        .credentials(new ApplicationId(call.path("id")))
        .map(kept -> Reply.ok(View.of(kept)));
  }

  Future<Reply> put(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    JsonObject body = call.body();
    JsonObject app = body.getJsonObject("githubApp");
    String token = body.getString("token");
    if ((app == null) == (token == null)) {
      throw Problem.invalid("token", "either token or githubApp is needed, and not both");
    }
    String kind = app == null ? "token" : "github-app";
    Map<String, String> settings =
        app == null
            ? Map.of("username", Objects.requireNonNullElse(body.getString("username"), "git"))
            : settings(app);
    String secret = app == null ? token : app.getString("privateKey");
    return stores
        .applications()
        .get(id)
        .compose(known ->
            changes.make(
                call,
                "source-credentials.update",
                id.value(),
                in -> in.access().putCredentials(id, kind, settings, secret, call.caller().name())))
        .compose(done -> get(call));
  }

  private static Map<String, String> settings(JsonObject app) {
    if (!app.getString("privateKey").contains("PRIVATE KEY-----")) {
      throw Problem.invalid("githubApp.privateKey", "must be the app's private key as PEM");
    }
    String api = Objects.requireNonNullElse(app.getString("apiUrl"), DEFAULT_API);
    return Map.of(
        "appId", app.getString("appId"),
        "installationId", app.getString("installationId"),
        "apiUrl", api.endsWith("/") ? api.substring(0, api.length() - 1) : api);
  }

  Future<Reply> delete(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    return changes
        .make(
            call, "source-credentials.delete", id.value(), in -> in.access().removeCredentials(id))
        .map(done -> Reply.nothing());
  }
}
