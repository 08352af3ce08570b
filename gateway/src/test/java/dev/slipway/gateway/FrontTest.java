package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.gateway.http.AddressRanges;
import dev.slipway.gateway.http.FrontConfig;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is let in. The tests' own proxy is loopback, so they can come from anywhere. */
class FrontTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final String FROM = "X-Forwarded-For";

  private static FrontConfig front(String allowed, int perSecond, int burst) {
    return new FrontConfig(
        AddressRanges.of("127.0.0.0/8"),
        AddressRanges.of(allowed),
        perSecond,
        burst,
        Duration.ofSeconds(1));
  }

  @Test
  void aTrustedProxyIsBelievedFromTheRight() {
    Client client = GATEWAY.another(front("", 200, 1000));
    client
        .send(
            "POST",
            "/api/projects",
            new JsonObject().put("name", "proxied"),
            FROM,
            "203.0.113.9, 192.0.2.7, 127.0.0.1",
            "X-Request-Id",
            "from-the-proxy")
        .expect(201);
    JsonObject row =
        client.get("/api/audit?action=project.create&limit=1").expect(200).items().getJsonObject(0);
    assertThat(row.getString("address"))
        .as("what stands left of it anybody may write")
        .isEqualTo("192.0.2.7");
    assertThat(row.getString("requestId")).isEqualTo("from-the-proxy");
  }

  @Test
  void onlyAllowedAddressesComeIn() {
    Client client = GATEWAY.another(front("192.0.2.0/24 2001:db8::/32", 200, 1000));
    for (String allowed : new String[] {"192.0.2.200", "2001:db8::7", "::ffff:192.0.2.1"}) {
      client.get("/api/projects", FROM, allowed).expect(200);
    }
    for (String stranger : new String[] {"198.51.100.1", "2001:db9::7"}) {
      assertThat(client.get("/api/projects", FROM, stranger).expect(403).string("code"))
          .isEqualTo("address_not_allowed");
      client.get("/api/health", FROM, stranger).expect(200);
    }
    client.get("/api/projects").expect(200);
  }

  @Test
  void whoAsksTooOftenIsToldWhenToComeBack() {
    Client client = GATEWAY.another(front("", 1, 5));
    Client.Answer answer = client.get("/api/projects", FROM, "192.0.2.7");
    for (int i = 0; i < 20 && answer.status() == 200; i++) {
      answer = client.get("/api/projects", FROM, "192.0.2.7");
    }
    assertThat(answer.expect(429).string("code")).isEqualTo("too_many_requests");
    assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 5);
    for (int i = 0; i < 50; i++) {
      client.get("/api/projects").expect(200); // loopback is not counted
    }
  }

  @Test
  void aKeyThatIsUsedFromManyAddressesIsLimitedToo() {
    Client client = GATEWAY.another(front("", 1, 5));
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      int status = client.get("/api/projects", FROM, "192.0.2." + i).status();
      refused += status == 429 ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  @Test
  void everyAnswerTellsBrowsersToRunNothing() throws Exception {
    var answer = GATEWAY.admin().get("/api/projects").expect(200);
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Security-Policy"))
        .contains("default-src 'none'")
        .doesNotContain("unsafe");
    assertThat(answer.header("Strict-Transport-Security")).as("this was http").isEmpty();
    Client behindTls = GATEWAY.another(front("", 200, 1000));
    assertThat(
            behindTls
                .get("/api/projects", "X-Forwarded-Proto", "https")
                .header("Strict-Transport-Security"))
        .contains("max-age");
    styleIsAllowed("/api/docs", GATEWAY.apiPort());
  }

  /** The page's only style is the one whose hash the policy names. */
  private static void styleIsAllowed(String path, int port) throws Exception {
    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("x-api-key", GATEWAY.admin().key())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    String body = page.body();
    String style = body.substring(body.indexOf("<style>") + 7, body.indexOf("</style>"));
    String hash =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(style.getBytes(StandardCharsets.UTF_8)));
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("'sha256-" + hash + "'");
    assertThat(body).doesNotContain("<script").doesNotContain(" style=");
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws IOException {
    Client client = GATEWAY.another(front("", 200, 1000));
    try (Socket socket = new Socket("127.0.0.1", URI.create(client.base()).getPort())) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write("GET /api/he".getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
