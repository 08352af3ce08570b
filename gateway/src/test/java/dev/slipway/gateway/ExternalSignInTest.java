package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.Client.Answer;
import dev.slipway.gateway.people.OidcConfig;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.config.Settings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in with a real provider of identities over HTTP, which signs its tokens. */
class ExternalSignInTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static TestProvider provider;
  private static Client gateway;

  @BeforeAll
  static void aProviderIsSetUp() throws Exception {
    provider = new TestProvider();
    gateway =
        GATEWAY.another(
            new OidcConfig(
                URI.create(provider.issuer()),
                TestProvider.CLIENT,
                new Secret(TestProvider.SECRET),
                URI.create("http://slipway.example")));
  }

  @AfterAll
  static void theProviderGoes() {
    provider.close();
  }

  /** What a browser does: there with a cookie, and back with it. */
  private static Answer visit(UnaryOperator<String> cookie, UnaryOperator<String> way)
      throws Exception {
    Answer begun = stranger().get("/api/session/oidc").expect(302);
    assertThat(begun.header("Set-Cookie")).contains("HttpOnly", "SameSite=Lax");
    assertThat(begun.header("Location")).contains("code_challenge_method=S256", "nonce=");
    HttpResponse<Void> back =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(begun.header("Location"))).build(),
            HttpResponse.BodyHandlers.discarding());
    String location = back.headers().firstValue("Location").orElseThrow();
    assertThat(location).startsWith("http://slipway.example/api/session/oidc/callback");
    URI there = URI.create(location);
    String own = cookie.apply(begun.header("Set-Cookie").split(";", 2)[0]);
    return stranger().get(way.apply(there.getRawPath() + "?" + there.getRawQuery()), "Cookie", own);
  }

  private static Answer visit() throws Exception {
    return visit(cookie -> cookie, way -> way);
  }

  private static Client stranger() {
    return new Client(gateway.port(), "");
  }

  private static void invite(String email) {
    GATEWAY
        .admin()
        .post("/api/invitations", "{\"email\":\"" + email + "\",\"role\":\"developer\"}")
        .expect(201);
  }

  @Test
  void thePageIsToldThatThereIsThisWayIn() {
    assertThat(stranger().get("/api/setup").expect(200).json().getBoolean("externalSignIn"))
        .isTrue();
  }

  @Test
  void whoWasInvitedComesInAndIsKnownByHisSubjectFromThenOn() throws Exception {
    provider.isVisitedBy("sub-1", "Ada@example.org", true);
    assertThat(visit().expect(403).string("code")).isEqualTo("external_sign_in_refused");
    invite("ada@example.org");
    provider.isVisitedBy("sub-1", "Ada@example.org", false);
    visit().expect(403);
    provider.isVisitedBy("sub-1", "Ada@example.org", true);
    Answer in = visit().expect(302);
    assertThat(in.header("Location")).isEqualTo("/");
    Client ada = gateway.by(Client.cookieOf(in));
    assertThat(ada.get("/api/session").expect(200).text()).contains("ada@example.org", "developer");
    provider.isVisitedBy("sub-1", "renamed@example.org", false);
    assertThat(gateway.by(Client.cookieOf(visit().expect(302))).get("/api/session").text())
        .contains("ada@example.org");
    provider.isVisitedBy("sub-2", "ada@example.org", true);
    visit().expect(403); // known already, and not by this subject
  }

  @Test
  void tokensThatAreNotTheProvidersAreRefused() throws Exception {
    invite("eve@example.org");
    provider.isVisitedBy("sub-e", "eve@example.org", true);
    provider.signsWithAnotherKey();
    visit().expect(403);
    Map<String, UnaryOperator<com.nimbusds.jwt.JWTClaimsSet.Builder>> wrong =
        Map.of(
            "nonce", claims -> claims.claim("nonce", "another"),
            "audience", claims -> claims.audience("another"),
            "issuer", claims -> claims.issuer("http://another.example"),
            "time",
                claims ->
                    claims.expirationTime(
                        java.util.Date.from(java.time.Instant.now().minusSeconds(600))));
    for (var each : wrong.entrySet()) {
      provider.isVisitedBy("sub-e", "eve@example.org", true);
      provider.spoils(each.getValue());
      assertThat(visit().status()).as(each.getKey()).isEqualTo(403);
    }
    provider.isVisitedBy("sub-e", "eve@example.org", true);
    visit().expect(302);
  }

  @Test
  void whoDidNotBeginHereDoesNotComeIn() throws Exception {
    invite("mal@example.org");
    provider.isVisitedBy("sub-m", "mal@example.org", true);
    visit(cookie -> "x=y", way -> way).expect(403);
    visit(cookie -> "slipway_oidc=another", way -> way).expect(403);
    visit(cookie -> cookie, way -> way.replaceFirst("state=[^&]*", "state=another")).expect(403);
    visit(cookie -> cookie, way -> way.replaceFirst("code=[^&]*", "code=another")).expect(403);
    String[] used = new String[2];
    visit(
            cookie -> used[0] = Objects.requireNonNull(cookie),
            way -> used[1] = Objects.requireNonNull(way))
        .expect(302);
    stranger().get(used[1], "Cookie", used[0]).expect(403);
  }

  @Test
  void withoutAProviderThereIsNone() {
    GATEWAY.nobody().get("/api/session/oidc").expect(404);
    Settings half = Settings.of(Map.of("SLIPWAY_OIDC_ISSUER", "https://id.example.org"));
    OidcConfig.from(half, "");
    assertThat(org.assertj.core.api.Assertions.catchThrowable(half::check))
        .hasMessageContaining("SLIPWAY_OIDC_CLIENT_ID")
        .hasMessageContaining("SLIPWAY_OIDC_CLIENT_SECRET")
        .hasMessageContaining("SLIPWAY_PUBLIC_URL");
  }
}
