package dev.slipway.gateway;

import dev.slipway.contracts.application.Application;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Delivers webhooks as GitHub does. */
record Sender(Application application, String secret) {

  /** A sender that was given the secret of the application. */
  static Sender of(Application application, Client admin) {
    String secret =
        admin
            .post("/api/applications/" + application.id() + "/webhook/rotate", null)
            .expect(200)
            .string("secret");
    return new Sender(application, secret);
  }

  /** One who does not know it. */
  Sender forger() {
    return new Sender(application, "a guess");
  }

  /** A push to a branch. */
  static JsonObject push(String branch, String commit, String message) {
    JsonObject head = new JsonObject().put("id", commit).put("message", message);
    return new JsonObject()
        .put("ref", "refs/heads/" + branch)
        .put("before", "1".repeat(40))
        .put("after", commit)
        .put("pusher", new JsonObject().put("name", "alice"))
        .put(
            "commits",
            new JsonArray()
                .add(
                    head.copy()
                        .put("added", new JsonArray().add("web/index.html"))
                        .put("modified", new JsonArray())
                        .put("removed", new JsonArray())))
        .put("head_commit", head);
  }

  Client.Answer deliver(Client gateway, String id, JsonObject body) {
    return deliver(gateway, "push", id, body);
  }

  Client.Answer deliver(Client gateway, String event, String id, JsonObject body) {
    return gateway.post(
        "/api/webhooks/" + application.id(),
        body,
        "X-GitHub-Event",
        event,
        "X-GitHub-Delivery",
        id,
        "X-Hub-Signature-256",
        "sha256=" + signature(body.encode()));
  }

  String signature(String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
