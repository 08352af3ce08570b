package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.people.FirstOwner;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.store.UserStore;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SignInTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String PASSWORD = "correct horse battery staple 9";
  private static final String EMAIL = "ada@example.org";

  @BeforeAll
  static void theFirstOwnerIsMadeOnceHoweverManyTry() throws Exception {
    assertThat(GATEWAY.nobody().get("/api/setup").expect(200).json())
        .isEqualTo(new JsonObject().put("needed", true).put("externalSignIn", false));
    String wish = body("email", "Ada@Example.org", "name", "Ada", "password", PASSWORD);
    GATEWAY.nobody().post("/api/setup", wish).expect(401);
    GATEWAY.client("read", "write", "deploy").post("/api/setup", wish).expect(403);
    Client elsewhere = GATEWAY.another();
    List<Callable<Integer>> tries = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Client client = i % 2 == 0 ? GATEWAY.admin() : elsewhere;
      tries.add(() -> client.post("/api/setup", wish).status());
    }
    List<Integer> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(tries)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers).containsOnly(201, 409).containsOnlyOnce(201);
    assertThat(GATEWAY.nobody().get("/api/setup").json().getBoolean("needed")).isFalse();
  }

  private static String body(String... fields) {
    JsonObject body = new JsonObject();
    for (int i = 0; i < fields.length; i += 2) {
      body.put(fields[i], fields[i + 1]);
    }
    return body.encode();
  }

  private static Answer signIn(String email, String password) {
    return GATEWAY
        .nobody()
        .post(
            "/api/session", body("email", email, "password", password), "User-Agent", "te\u00e9st");
  }

  private static Client signedIn() {
    return GATEWAY.nobody().by(Client.cookieOf(signIn(EMAIL, PASSWORD).expect(201)));
  }

  @Test
  void aSessionsCookieIsForItsBrowserAloneAndOnlyItsHashIsKept() {
    Answer answer = signIn(" ADA@example.ORG ".strip(), PASSWORD).expect(201);
    String cookie = answer.header("Set-Cookie");
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax", "Path=/").doesNotContain("Secure");
    assertThat(
            GATEWAY
                .nobody()
                .post(
                    "/api/session",
                    body("email", EMAIL, "password", PASSWORD),
                    "X-Forwarded-Proto",
                    "https")
                .expect(201)
                .header("Set-Cookie"))
        .contains("; Secure");
    JsonObject who =
        GATEWAY.nobody().by(Client.cookieOf(answer)).get("/api/session").expect(200).json();
    assertThat(who.getJsonObject("user").getString("email")).isEqualTo(EMAIL);
    assertThat(who.getJsonArray("scopes")).contains("people", "admin", "read");
    var kept = GATEWAY.database().query("select hash from sessions").await();
    kept.forEach(
        row -> assertThat(row.getString(0)).hasSize(64).isNotEqualTo(Client.cookieOf(answer)));
  }

  @Test
  void strangersAndWrongPasswordsGetTheSameAnswer() {
    Answer wrong = signIn(EMAIL, "wrong horse battery staple 9").expect(401);
    Answer nobody = signIn("nobody@example.org", PASSWORD).expect(401);
    assertThat(wrong.text()).isEqualTo(nobody.text());
    assertThat(wrong.string("code")).isEqualTo("wrong_credentials");
    assertThat(wrong.header("Set-Cookie")).isEmpty();
  }

  @Test
  void guessingAtAnAccountIsSlowedDownThroughAllGatewaysAndForNobodyElse() {
    Client elsewhere = GATEWAY.another();
    List<Integer> answers = new ArrayList<>();
    Answer last = signIn("guessed@example.org", "guess number one");
    for (int i = 0; i < 12; i++) {
      last =
          new Client[] {GATEWAY.nobody(), elsewhere}
              [i % 2].post(
                  "/api/session", body("email", "Guessed@example.org", "password", "guess " + i));
      answers.add(last.status());
    }
    assertThat(answers.subList(0, 9)).containsOnly(401);
    assertThat(answers).contains(429);
    assertThat(last.status()).isEqualTo(429);
    assertThat(Integer.parseInt(last.header("Retry-After"))).isBetween(1, 60);
    signIn(EMAIL, PASSWORD).expect(201);
  }

  @Test
  void aChangeByCookieMustComeFromAPageOfThisAddress() {
    Client ada = signedIn();
    String wish = "{\"name\":\"by-cookie\"}";
    for (String[] headers :
        new String[][] {
          {"Origin", "https://evil.example"},
          {"Origin", "null"},
          {"Origin", ada.base(), "Sec-Fetch-Site", "cross-site"},
          {"Origin", ada.base(), "Sec-Fetch-Site", "same-site"},
          {"Origin", ":::"},
        }) {
      assertThat(ada.post("/api/projects", wish, headers).expect(403).string("code"))
          .isEqualTo("foreign_origin");
    }
    GATEWAY
        .nobody()
        .post("/api/projects", wish, "Cookie", "slipway_session=" + ada.session())
        .expect(403);
    ada.get("/api/projects", "Origin", "https://evil.example").expect(200);
    ada.post("/api/projects", wish).expect(201);
    ada.post(
            "/api/projects",
            "{\"name\":\"by-cookie-2\"}",
            "Origin",
            "https://x",
            "Sec-Fetch-Site",
            "same-origin")
        .expect(201);
    assertThat(
            GATEWAY
                .nobody()
                .post(
                    "/api/session",
                    body("email", EMAIL, "password", PASSWORD),
                    "Origin",
                    "https://evil.example")
                .expect(403)
                .string("code"))
        .isEqualTo("foreign_origin");
    GATEWAY.admin().get("/api/projects", "Origin", "https://evil.example").expect(200);
  }

  @Test
  void sessionsAreListedRevokedAndSignedOut() {
    Client one = signedIn();
    Client two = signedIn();
    String id = two.get("/api/session").expect(200).string("sessionId");
    assertThat(one.get("/api/sessions?limit=200").expect(200).text()).contains(id);
    one.delete("/api/sessions/" + id).expect(204);
    two.get("/api/session").expect(401);
    one.delete("/api/sessions/" + id).expect(404);
    assertThat(one.delete("/api/session").expect(204).header("Set-Cookie")).contains("Max-Age=0");
    one.get("/api/session").expect(401);
    Client three = signedIn();
    assertThat(GATEWAY.admin().get("/api/sessions?limit=200").expect(200).text())
        .contains(three.get("/api/session").string("sessionId"));
    assertThat(GATEWAY.client("read").get("/api/sessions").expect(200).items()).isEmpty();
    GATEWAY.admin().delete("/api/session").expect(403);
  }

  @Test
  void sessionsEndByThemselves() {
    Client idle = signedIn();
    String id = idle.get("/api/session").string("sessionId");
    GATEWAY
        .database()
        .query("update sessions set last_seen_at = now() - interval '47 hours' where id = $1", id)
        .await();
    idle.get("/api/session").expect(200);
    GATEWAY
        .database()
        .query("update sessions set last_seen_at = now() - interval '49 hours' where id = $1", id)
        .await();
    idle.get("/api/session").expect(401);
    Client old = signedIn();
    GATEWAY
        .database()
        .query(
            "update sessions set expires_at = now() where id = $1",
            old.get("/api/session").string("sessionId"))
        .await();
    old.get("/api/session").expect(401);
  }

  @Test
  void passwordsThatAreEasilyGuessedAreRefused() {
    Client ada = signedIn();
    for (String weak :
        new String[] {
          "short", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword", "qwertyuiopasdf", "ada@example.org1"
        }) {
      Answer refused =
          ada.post("/api/password", body("current", PASSWORD, "password", weak)).expect(422);
      assertThat(refused.fields()).containsExactly("password");
    }
    assertThat(
            ada.post("/api/password", body("current", "not it", "password", PASSWORD + "1"))
                .expect(422)
                .fields())
        .containsExactly("current");
  }

  @Test
  void aNewPasswordEndsAllOtherSessions() {
    String token =
        GATEWAY
            .admin()
            .post("/api/invitations", body("email", "eve@example.org", "role", "viewer"))
            .expect(201)
            .string("token");
    String old = "purple monkey dishwasher 41";
    Client one =
        GATEWAY
            .nobody()
            .by(
                Client.cookieOf(
                    GATEWAY
                        .nobody()
                        .post(
                            "/api/invitations/accept",
                            body("token", token, "name", "Eve", "password", old))
                        .expect(201)));
    Client two = GATEWAY.nobody().by(Client.cookieOf(signIn("eve@example.org", old).expect(201)));
    one.post("/api/password", body("current", old, "password", "yellow submarine kitchen 7"))
        .expect(204);
    one.get("/api/session").expect(200);
    two.get("/api/session").expect(401);
    signIn("eve@example.org", old).expect(401);

    String reset = body("email", "eve@example.org", "password", "orange elephant umbrella 3");
    one.post("/api/password/reset", reset).expect(403);
    signedIn().post("/api/password/reset", reset).expect(403);
    GATEWAY.admin().post("/api/password/reset", reset).expect(204);
    one.get("/api/session").expect(401);
    signIn("eve@example.org", "orange elephant umbrella 3").expect(201);
  }

  @Test
  void theFirstOwnerOfTheSettingsCountsOnlyWhileThereIsNobody() {
    UserStore users = new UserStore(GATEWAY.database());
    FirstOwner.ensure(
        Settings.of(
            Map.of("SLIPWAY_ADMIN_EMAIL", "x@example.org", "SLIPWAY_ADMIN_PASSWORD", PASSWORD)),
        users);
    assertThat(users.byEmail("x@example.org").await()).isEmpty();
    assertThatThrownBy(() ->
            FirstOwner.ensure(Settings.of(Map.of("SLIPWAY_ADMIN_EMAIL", "x@example.org")), users))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_ADMIN_PASSWORD");
    assertThatThrownBy(() -> users.first("x@example.org", "x", "y").await())
        .isInstanceOf(Problem.class);
  }
}
