package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.store.SourceAccessStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys, credentials, known hosts and registries: secrets go in and never come out. */
class SourcesTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static Client client() {
    return GATEWAY.admin();
  }

  private static String application(String name) {
    return client()
        .post(
            "/api/applications",
            new JsonObject().put("name", name).put("repository", "git@git.example.org:me/app.git"))
        .expect(201)
        .string("id");
  }

  private static SourceAccessStore.Access opened(String app) {
    return new SourceAccessStore(GATEWAY.database(), new PlainVault())
        .open(new ApplicationId(app))
        .await();
  }

  @Test
  void aDeployKeyShowsItsPublicHalfAndIsReplacedByTheNext() {
    var app = application("keyed");
    var path = "/api/applications/" + app + "/deploy-key";
    client().get(path).expect(404);
    var first = client().post(path, null).expect(200);
    assertThat(first.string("publicKey")).matches("ssh-ed25519 [A-Za-z0-9+/]{68} slipway-keyed");
    assertThat(first.string("fingerprint")).matches("SHA256:[A-Za-z0-9+/]{43}");
    assertThat(first.text()).doesNotContain("PRIVATE");
    assertThat(client().get(path).expect(200).string("publicKey"))
        .isEqualTo(first.string("publicKey"));
    assertThat(opened(app).privateKey()).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
    var second = client().post(path, null).expect(200);
    assertThat(second.string("fingerprint")).isNotEqualTo(first.string("fingerprint"));
    client().delete(path).expect(204);
    client().delete(path).expect(404);
    client().post("/api/applications/app_none/deploy-key", null).expect(404);
  }

  @Test
  void credentialsGoInAndNeverComeOut() {
    var app = application("secret");
    var path = "/api/applications/" + app + "/source-credentials";
    client().get(path).expect(404);
    var token = new JsonObject().put("token", "glpat-canary");
    var set = client().put(path, token).expect(200);
    assertThat(set.string("username")).isEqualTo("git");
    assertThat(set.text()).doesNotContain("canary");
    assertThat(client().get(path).expect(200).text()).doesNotContain("canary");
    assertThat(opened(app).secret()).isEqualTo("glpat-canary");
    var app2 =
        new JsonObject()
            .put("appId", "12")
            .put("installationId", "34")
            .put("privateKey", "-----BEGIN RSA PRIVATE KEY-----\ncanary");
    var github = client().put(path, new JsonObject().put("githubApp", app2)).expect(200);
    assertThat(github.string("kind")).isEqualTo("github-app");
    assertThat(github.string("apiUrl")).isEqualTo("https://api.github.com");
    assertThat(github.text()).doesNotContain("canary");
    client().delete(path).expect(204);
    for (var wrong :
        List.of(
            new JsonObject(),
            new JsonObject().put("token", "a b"),
            new JsonObject().put("token", "a").put("username", "a:b"),
            new JsonObject().put("token", "a").put("githubApp", app2),
            new JsonObject().put("githubApp", app2.copy().put("apiUrl", "file:///etc")),
            new JsonObject().put("githubApp", app2.copy().put("privateKey", "x")))) {
      client().put(path, wrong).expect(422);
    }
    GATEWAY.client("read").put(path, token).expect(403);
  }

  @Test
  void hostKeysArePinnedConfirmedAndForgotten() {
    var key = Base64.getEncoder().encodeToString(new byte[51]);
    var pinned =
        client()
            .put(
                "/api/known-hosts",
                new JsonObject().put("host", "Git.Example.org").put("key", "ssh-ed25519 " + key))
            .expect(200)
            .items();
    assertThat(pinned).hasSize(1);
    var host = pinned.getJsonObject(0);
    assertThat(host.getString("host")).isEqualTo("git.example.org");
    assertThat(host.getString("fingerprint")).startsWith("SHA256:");
    assertThat(host.getString("confirmedBy")).isNotBlank();
    client().post("/api/known-hosts/" + host.getString("id") + "/confirm", null).expect(204);
    client().delete("/api/known-hosts/" + host.getString("id")).expect(204);
    client().post("/api/known-hosts/" + host.getString("id") + "/confirm", null).expect(404);
    client()
        .put("/api/known-hosts", new JsonObject().put("host", "a b").put("key", "x y"))
        .expect(422);
    GATEWAY.client("write", "deploy").delete("/api/known-hosts/kho_x").expect(403);
  }

  @Test
  void aRegistrySaysWhetherItTakesTheCredentials() throws IOException {
    var registry = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 5);
    var right =
        "Basic "
            + Base64.getEncoder().encodeToString("robot:hush".getBytes(StandardCharsets.UTF_8));
    registry.createContext(
        "/v2/",
        exchange -> {
          try (exchange) {
            boolean known = right.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            exchange.sendResponseHeaders(known ? 200 : 401, -1);
          }
        });
    registry.start();
    try {
      var address = "127.0.0.1:" + registry.getAddress().getPort();
      var body =
          new JsonObject()
              .put("name", "company")
              .put("address", address)
              .put("username", "robot")
              .put("password", "hush");
      var made = client().post("/api/registries", body).expect(201);
      assertThat(made.text()).doesNotContain("hush");
      client().post("/api/registries", body).expect(409);
      var path = "/api/registries/" + made.string("id");
      assertThat(client().post(path + "/test", null).expect(200).json().getBoolean("ok")).isTrue();
      client()
          .patch(path, new JsonObject().put("username", "robot").put("password", "wrong"))
          .expect(200);
      assertThat(client().post(path + "/test", null).expect(200).json().getBoolean("ok")).isFalse();
      JsonArray all = client().get("/api/registries").expect(200).items();
      assertThat(all.encode()).contains(address).doesNotContain("wrong");
      GATEWAY.client("write", "deploy").post("/api/registries", body).expect(403);
      client().delete(path).expect(204);
      client().post(path + "/test", null).expect(404);
    } finally {
      registry.stop(0);
    }
  }
}
