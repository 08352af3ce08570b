package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The files of the dashboard, as browsers ask for them. */
class DashboardTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String[] AS_BROWSER = {
    "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
  };

  @Test
  void everyAddressThatABrowserOpensIsThePage() throws Exception {
    String page = get("/", AS_BROWSER).expect(200).text();
    assertThat(page).startsWith("<!doctype html>").contains("<script type=\"module\"");
    for (String path :
        new String[] {"/databases/db_1?tab=logs", "/a/b/c", "/index.html", "/apis"}) {
      Got deep = get(path, AS_BROWSER).expect(200);
      assertThat(deep.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
      assertThat(deep.header("Cache-Control")).as("it names the files").isEqualTo("no-cache");
    }
  }

  @Test
  void programsAreToldThatThereIsNothing() throws Exception {
    for (String path :
        new String[] {"/databases", "/favicon.ico", "/api", "/api/none", "/assets/"}) {
      Got got = get(path, "x-api-key", GATEWAY.admin().key()).expect(404);
      assertThat(got.header("Content-Type")).isEqualTo("application/problem+json");
      assertThat(new JsonObject(got.text()).getString("code")).isEqualTo("not_found");
    }
    Got api = get("/api/none", "x-api-key", GATEWAY.admin().key(), "Accept", "text/html");
    assertThat(api.expect(404).header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(get("/assets/none.js", AS_BROWSER).status())
        .as("no page for a script")
        .isEqualTo(404);
  }

  @Test
  void whatItIsMadeOfIsKeptForEverAndCompressed() throws Exception {
    String script = scriptOf(get("/", AS_BROWSER).text());
    Got plain = get(script).expect(200);
    assertThat(plain.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(plain.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
    assertThat(plain.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(plain.header("Vary")).isEqualTo("Accept-Encoding");
    assertThat(plain.header("Content-Encoding")).isEmpty();

    Got small = get(script, "Accept-Encoding", "br, gzip;q=0.8").expect(200);
    assertThat(small.header("Content-Encoding")).isEqualTo("gzip");
    assertThat(small.body().length).isLessThan(plain.body().length / 2);
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
    assertThat(get(script, "Accept-Encoding", "gzip;q=0, identity").header("Content-Encoding"))
        .isEmpty();
    assertThat(get("/favicon.svg").expect(200).header("Cache-Control"))
        .as("its name stays when it changes")
        .isEqualTo("no-cache");
  }

  @Test
  @Timeout(30)
  void whatNoClientOfGoodMannersAcceptsIsAnsweredAtOnce() throws Exception {
    String script = scriptOf(get("/", AS_BROWSER).text());
    String key = GATEWAY.admin().key();
    for (String odd :
        new String[] {";", ",;,", " ; ;q", ";q=0", "a" + " ".repeat(15 * 1024) + "b"}) {
      get("/databases", "x-api-key", key, "Accept", odd).expect(404);
      Got plain = get(script, "Accept-Encoding", odd).expect(200);
      assertThat(plain.header("Content-Encoding")).as(odd).isEmpty();
    }
    for (String refused : new String[] {"text/html;q=0", "Text/HTML ; level=1 ; Q=0.000"}) {
      get("/databases", "x-api-key", key, "Accept", refused).expect(404);
    }
    get("/databases", "Accept", "a, Text/HTML ; level=1 ; q=0.001").expect(200);
  }

  @Test
  void thePageRunsItsOwnScriptsAndNothingElse() throws Exception {
    Got first = get("/", AS_BROWSER);
    String policy = first.header("Content-Security-Policy");
    assertThat(policy)
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("unsafe", "http:", "https:", "*");
    String nonce = nonceOf(policy);
    assertThat(first.text()).contains("content=\"" + nonce + "\"").doesNotContain("__NONCE__");
    assertThat(nonceOf(get("/", AS_BROWSER).header("Content-Security-Policy")))
        .as("nobody can guess the next one")
        .isNotEqualTo(nonce);
    assertThat(first.text())
        .as("nothing of it comes from elsewhere, and no script stands in the page")
        .doesNotContain("http://", "https://")
        .doesNotContainPattern("<script(?![^>]* src=\"/assets/)");
    Matcher parts = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(first.text());
    int found = 0;
    while (parts.find()) {
      get(parts.group(1)).expect(200);
      found++;
    }
    assertThat(found).isGreaterThanOrEqualTo(3);
    assertThat(get("/api/health").header("Content-Security-Policy"))
        .as("the API's answers run nothing")
        .contains("default-src 'none'")
        .doesNotContain("script-src");
  }

  @Test
  void noPathLeadsOutOfIt() throws Exception {
    for (String path :
        new String[] {
          "/assets/../files.json",
          "/../files.json",
          "/assets/..%2f..%2fopenapi.yaml",
          "/%2e%2e/openapi.yaml",
          "/assets//etc/passwd",
          "/files.json",
          "/db/migration/V001__main_job.sql"
        }) {
      assertThat(raw(path)).as(path).startsWith("HTTP/1.1 404");
    }
  }

  /** As no client of good manners writes it. */
  private static String raw(String path) throws Exception {
    try (Socket socket = new Socket("127.0.0.1", GATEWAY.uiPort())) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void itIsOnlyLookedAt() throws Exception {
    String script = scriptOf(get("/", AS_BROWSER).text());
    for (String path : new String[] {"/", script}) {
      Got head = send("HEAD", path, AS_BROWSER).expect(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.header("Content-Type"))
          .isEqualTo(get(path, AS_BROWSER).header("Content-Type"));
      Got refused = send("POST", path, AS_BROWSER).expect(405);
      assertThat(refused.header("Allow")).isEqualTo("GET, HEAD");
    }
  }

  @Test
  void thePortOfTheApiAloneHasNone() throws Exception {
    Got got = send("GET", URI.create(GATEWAY.admin().base() + "/"), AS_BROWSER);
    assertThat(got.expect(404).header("Content-Type")).isEqualTo("application/problem+json");
  }

  private static String scriptOf(String page) {
    Matcher found = Pattern.compile("src=\"(/assets/[^\"]+\\.js)\"").matcher(page);
    assertThat(found.find()).as(page).isTrue();
    return found.group(1);
  }

  private static String nonceOf(String policy) {
    Matcher found = Pattern.compile("'nonce-([A-Za-z0-9_-]{24})'").matcher(policy);
    assertThat(found.find()).as(policy).isTrue();
    return found.group(1);
  }

  private static Got get(String path, String... headers) throws Exception {
    return send("GET", path, headers);
  }

  private static Got send(String method, String path, String... headers) throws Exception {
    return send(method, URI.create("http://127.0.0.1:" + GATEWAY.uiPort() + path), headers);
  }

  private static Got send(String method, URI there, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(there).method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return new Got(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
  }

  private record Got(HttpResponse<byte[]> answer) {
    Got expect(int wanted) {
      assertThat(status()).as("%s: %s", answer.uri(), text()).isEqualTo(wanted);
      return this;
    }

    int status() {
      return answer.statusCode();
    }

    byte[] body() {
      return answer.body();
    }

    String text() {
      return new String(answer.body(), StandardCharsets.UTF_8);
    }

    String header(String name) {
      return answer.headers().firstValue(name).orElse("");
    }
  }
}
