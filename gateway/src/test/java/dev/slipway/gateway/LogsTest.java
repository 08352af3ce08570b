package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();

  private String path = "";
  private StoredLog log;

  @BeforeEach
  void anApplicationsLog() {
    log = new StoredLog(GATEWAY);
    path = log.path();
  }

  @Test
  void aPageTellsWhereTheNextOneBegins() {
    log.write(1000, true);
    JsonObject first = GATEWAY.admin().get(path + "?limit=700").expect(200).json();
    JsonObject second =
        GATEWAY.admin().get(path + "?limit=700&after=" + first.getLong("next")).expect(200).json();

    assertThat(seqs(first)).containsExactlyElementsOf(StoredLog.range(1, 700));
    assertThat(seqs(second)).containsExactlyElementsOf(StoredLog.range(701, 1000));
    assertThat(second.getBoolean("ended")).isFalse();
    assertThat(seqs(GATEWAY.admin().get(path + "?tail=5").expect(200).json()))
        .containsExactlyElementsOf(StoredLog.range(996, 1000));
    assertThat(GATEWAY.admin().get(path + "?q=LINE%20999").expect(200).items()).hasSize(1);
  }

  @Test
  void aDownloadIsTheWholeLogAsText() throws Exception {
    log.write(3000, true);
    HttpResponse<String> text = fetch(path, "text/plain");

    assertThat(text.body().lines()).hasSize(3000).last().asString().endsWith("line 3000");
    assertThat(text.headers().firstValue("Content-Disposition").orElse("")).contains(".log");
  }

  @Test
  void theLogOfADeploymentEndsWithIt() throws Exception {
    String deployments = path.replace("/logs", "/deployments");
    String id = GATEWAY.admin().post(deployments, null).expect(202).string("id");
    SocketClient socket = SocketClient.open(GATEWAY.admin(), "/api/deployments/" + id + "/logs");
    GATEWAY
        .admin()
        .get("/api/deployments/" + id + "?wait=1")
        .expect(200); // the reader has settled down
    GATEWAY.admin().post("/api/deployments/" + id + "/cancel", null).expect(202);

    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(socket.texts()).containsExactly("{\"end\":true,\"status\":\"cancelled\"}");
  }

  @Test
  void aSocketGetsWhatWasAndWhatComesAndTheEnd() throws Exception {
    log.write(50, true);
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    await().until(() -> socket.texts().size() == 50);
    socket.ping();
    log.write(50, true);
    await().until(() -> socket.texts().size() == 100);
    log.end("success");

    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(socket.texts()).last().isEqualTo("{\"end\":true,\"status\":\"success\"}");
    assertThat(StoredLog.seqs(socket)).containsExactlyElementsOf(StoredLog.range(1, 100));
  }

  @Test
  void aLossIsToldAndPassedOn() throws Exception {
    log.write(10, true);
    String gap = "{\"gap\":{\"from\":11,\"to\":40}}\n";
    log.store(11, 40, gap);
    log.write(10, true);
    log.end("success");
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path + "?after=5");
    socket.closeCode();

    assertThat(StoredLog.seqs(socket))
        .containsExactly(6L, 7L, 8L, 9L, 10L, 41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L, 50L);
    assertThat(socket.texts()).contains(gap.strip());
    JsonObject page = GATEWAY.admin().get(path + "?after=10&limit=2").expect(200).json();
    assertThat(page.getJsonArray("items").getJsonObject(0).getJsonObject("gap").getLong("to"))
        .isEqualTo(40);
  }

  @Test
  void serverSentEventsResumeWhereTheBrowserWas() throws Exception {
    log.write(30, true);
    log.end("failed");
    HttpResponse<String> all = fetch(path, "text/event-stream");
    HttpResponse<String> rest =
        fetch(path + "?after=0", "text/event-stream", "Last-Event-ID", "28");

    assertThat(all.body())
        .contains("id: 1\ndata: {\"seq\":1,")
        .contains("id: 30\n")
        .endsWith("data: {\"end\":true,\"status\":\"failed\"}\n\n");
    assertThat(rest.body()).doesNotContain("id: 28\n").contains("id: 29\n");
  }

  @Test
  void aPageOfAnotherSiteGetsNoSocket() throws Exception {
    assertThat(handshake("Origin: https://evil.example\r\n")).startsWith("HTTP/1.1 403");
    assertThat(handshake("Origin: http://127.0.0.1:" + GATEWAY.apiPort() + "\r\n"))
        .startsWith("HTTP/1.1 101");
    assertThat(handshake("Sec-WebSocket-Version: 8\r\n")).startsWith("HTTP/1.1 426");
  }

  private String handshake(String header) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", GATEWAY.apiPort())) {
      log.request(
          socket, header.contains("Version") ? header : header + "Sec-WebSocket-Version: 13\r\n");
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  // ---- what readers saw

  private static List<Long> seqs(JsonObject page) {
    return page.getJsonArray("items").stream()
        .map(line -> ((JsonObject) line).getLong("seq"))
        .toList();
  }

  private static HttpResponse<String> fetch(String path, String accept, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(GATEWAY.admin().base() + path))
            .timeout(Duration.ofSeconds(20))
            .header("x-api-key", GATEWAY.admin().key())
            .header("Accept", accept);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
