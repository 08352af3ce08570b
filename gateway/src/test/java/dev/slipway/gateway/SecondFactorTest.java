package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.people.TotpDevice;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SecondFactorTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String PASSWORD = "correct horse battery staple 9";
  private static final String EMAIL = "ada@example.org";

  private static Answer signIn(@Nullable String code) {
    return GATEWAY
        .nobody()
        .post(
            "/api/session",
            new JsonObject()
                .put("email", EMAIL)
                .put("password", PASSWORD)
                .put("code", code)
                .encode());
  }

  private static String password() {
    return new JsonObject().put("password", PASSWORD).encode();
  }

  private static String code(String code) {
    return new JsonObject().put("code", code).encode();
  }

  @Test
  void aSecondFactorIsAskedForOnceConfirmedAndEachCodeWorksOnce() {
    GATEWAY
        .admin()
        .post(
            "/api/setup",
            new JsonObject()
                .put("email", EMAIL)
                .put("name", "Ada")
                .put("password", PASSWORD)
                .encode())
        .expect(201);
    Client ada = GATEWAY.nobody().by(Client.cookieOf(signIn(null).expect(201)));
    ada.post("/api/second-factor/confirm", code("123456")).expect(409);
    ada.post("/api/second-factor", "{\"password\":\"not it\"}").expect(422);
    Answer begun = ada.post("/api/second-factor", password()).expect(200);
    assertThat(begun.string("uri")).startsWith("otpauth://totp/").contains(begun.string("secret"));
    TotpDevice device = new TotpDevice(begun.string("secret"));

    signIn(null).expect(201); // not confirmed, so not asked for
    ada.post("/api/second-factor/confirm", code("000000x")).expect(422);
    String first = device.code();
    List<String> recovery =
        ada
            .post("/api/second-factor/confirm", code(first))
            .expect(200)
            .json()
            .getJsonArray("recoveryCodes")
            .stream()
            .map(String.class::cast)
            .toList();
    assertThat(recovery).hasSize(10).doesNotHaveDuplicates();

    assertThat(signIn(null).expect(401).string("code")).isEqualTo("second_factor_needed");
    assertThat(signIn(first).expect(401).string("code")).isEqualTo("wrong_code");
    String next = device.nextCode();
    signIn(next).expect(201);
    assertThat(signIn(next).expect(401).string("code")).isEqualTo("wrong_code");
    signIn(recovery.getFirst().toUpperCase(java.util.Locale.ROOT)).expect(201);
    signIn(recovery.getFirst()).expect(401);
    var kept = GATEWAY.database().query("select hash from recovery_codes").await();
    kept.forEach(row -> assertThat(recovery).doesNotContain(row.getString(0)));

    ada.post("/api/second-factor", password()).expect(409);
    JsonObject wish = new JsonObject().put("password", PASSWORD).put("code", recovery.get(1));
    ada.post("/api/second-factor/remove", wish.encode()).expect(204);
    signIn(null).expect(201);

    String again = ada.post("/api/second-factor", password()).expect(200).string("secret");
    ada.post("/api/second-factor/confirm", code(new TotpDevice(again).code())).expect(200);
    signIn(null).expect(401);
    String id = ada.get("/api/session").json().getJsonObject("user").getString("id");
    ada.delete("/api/users/" + id + "/second-factor").expect(403);
    GATEWAY.admin().delete("/api/users/" + id + "/second-factor").expect(204);
    signIn(null).expect(201);
  }
}
