package dev.slipway.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LogsTest {
  @RegisterExtension static final TestGateway GATEWAY = new TestGateway();
  private static int applications;

  private String path = "";
  private String stream = "";
  private long written;

  @BeforeEach
  void anApplicationsLog() {
    JsonObject described =
        new JsonObject()
            .put("name", "app-" + applications++)
            .put("repository", "https://git.example.org/a.git");
    String application =
        GATEWAY.admin().post("/api/applications", described).expect(201).string("id");
    path = "/api/applications/" + application + "/logs";
    stream = "a:" + application;
    written = 0;
  }

  @Test
  void aPageTellsWhereTheNextOneBegins() {
    write(1000, true);
    JsonObject first = GATEWAY.admin().get(path + "?limit=700").expect(200).json();
    JsonObject second =
        GATEWAY.admin().get(path + "?limit=700&after=" + first.getLong("next")).expect(200).json();

    assertThat(seqs(first)).containsExactlyElementsOf(range(1, 700));
    assertThat(seqs(second)).containsExactlyElementsOf(range(701, 1000));
    assertThat(second.getBoolean("ended")).isFalse();
    assertThat(seqs(GATEWAY.admin().get(path + "?tail=5").expect(200).json()))
        .containsExactlyElementsOf(range(996, 1000));
    assertThat(GATEWAY.admin().get(path + "?q=LINE%20999").expect(200).items()).hasSize(1);
  }

  @Test
  void aDownloadIsTheWholeLogAsText() throws Exception {
    write(3000, true);
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
    write(50, true);
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    await().until(() -> socket.texts().size() == 50);
    socket.ping();
    write(50, true);
    await().until(() -> socket.texts().size() == 100);
    end("success");

    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(socket.texts()).last().isEqualTo("{\"end\":true,\"status\":\"success\"}");
    assertThat(socketSeqs(socket)).containsExactlyElementsOf(range(1, 100));
  }

  @Test
  void whoComesBackSeesEveryLineOnce() throws Exception {
    List<Long> seen = new ArrayList<>();
    write(500, true);
    for (int round = 0; round < 5; round++) {
      long after = seen.isEmpty() ? 0 : seen.getLast();
      SocketClient socket = SocketClient.open(GATEWAY.admin(), path + "?after=" + after);
      write(500, round % 2 == 0); // every other batch loses its bell
      await().atMost(Duration.ofSeconds(10)).until(() -> socketSeqs(socket).size() > 200);
      socket.abort();
      seen.addAll(socketSeqs(socket));
    }
    end("success");
    SocketClient last = SocketClient.open(GATEWAY.admin(), path + "?after=" + seen.getLast());
    last.closeCode();
    seen.addAll(socketSeqs(last));

    assertThat(seen).containsExactlyElementsOf(range(1, written));
  }

  @Test
  void lostRepeatedAndLateBellsChangeNothing() throws Exception {
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path);
    for (int i = 0; i < 200; i++) {
      Appended batch = store(7);
      if (i % 3 != 0) {
        GATEWAY.bus().ring(LogStreams.APPENDED, batch);
      }
      if (i % 5 == 0) {
        GATEWAY.bus().ring(LogStreams.APPENDED, batch);
      }
    }
    end("success");

    assertThat(socket.closeCode()).isEqualTo(1000);
    assertThat(socketSeqs(socket)).containsExactlyElementsOf(range(1, written));
  }

  @Test
  void aLossIsToldAndPassedOn() throws Exception {
    write(10, true);
    String gap = "{\"gap\":{\"from\":11,\"to\":40}}\n";
    GATEWAY.logs().append(stream, 11, 40, Buffer.buffer(gap)).await();
    written = 40;
    write(10, true);
    end("success");
    SocketClient socket = SocketClient.open(GATEWAY.admin(), path + "?after=5");
    socket.closeCode();

    assertThat(socketSeqs(socket))
        .containsExactly(6L, 7L, 8L, 9L, 10L, 41L, 42L, 43L, 44L, 45L, 46L, 47L, 48L, 49L, 50L);
    assertThat(socket.texts()).contains(gap.strip());
    JsonObject page = GATEWAY.admin().get(path + "?after=10&limit=2").expect(200).json();
    assertThat(page.getJsonArray("items").getJsonObject(0).getJsonObject("gap").getLong("to"))
        .isEqualTo(40);
  }

  @Test
  void serverSentEventsResumeWhereTheBrowserWas() throws Exception {
    write(30, true);
    end("failed");
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
      request(
          socket, header.contains("Version") ? header : header + "Sec-WebSocket-Version: 13\r\n");
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  private void request(Socket socket, String headers) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + GATEWAY.apiPort()
                + "\r\nx-api-key: "
                + GATEWAY.admin().key()
                + "\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + headers
                + "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Test
  void aSlowReaderCostsOnlyHimselfAndMissesNothing() throws Exception {
    try (Socket slow = new Socket()) {
      slow.setReceiveBufferSize(4096);
      slow.connect(new java.net.InetSocketAddress("127.0.0.1", GATEWAY.apiPort()));
      request(slow, "Sec-WebSocket-Version: 13\r\n");
      SocketClient quick = SocketClient.open(GATEWAY.admin(), path);
      for (int i = 0; i < 200; i++) {
        write(500, true); // 100,000 lines of which the slow one has read nothing
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> quick.texts().size() == 100_000);
      end("success");
      assertThat(quick.closeCode()).isEqualTo(1000);

      assertThat(textFrames(slow.getInputStream())).isEqualTo(100_001);
    }
  }

  /** Reads frames until the close frame and counts those with text. */
  private static int textFrames(InputStream in) throws IOException {
    int line = 0;
    for (int ends = 0; ends < 4; ) {
      int c = in.read();
      ends = c == (ends % 2 == 0 ? '\r' : '\n') ? ends + 1 : 0;
    }
    while (true) {
      int kind = in.read() & 0x0F;
      int length = in.read();
      if (length == 126) {
        length = (in.read() << 8) | in.read();
      }
      in.readNBytes(length);
      if (kind == 8) {
        return line;
      }
      line += kind == 1 ? 1 : 0;
    }
  }

  @Test
  void aThousandReadersOfOneLogAreAllServed() throws Exception {
    write(200, true);
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket reader = new Socket("127.0.0.1", GATEWAY.apiPort());
        request(reader, "Sec-WebSocket-Version: 13\r\n");
        readers.add(reader);
      }
      for (int i = 0; i < 10; i++) {
        write(20, true);
      }
      end("success");
      for (Socket reader : readers) {
        reader.setSoTimeout(20_000);
        assertThat(textFrames(reader.getInputStream())).isEqualTo(401);
      }
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  // ---- what the builder and the runtime do

  private void write(int lines, boolean ring) {
    Appended batch = store(lines);
    if (ring) {
      GATEWAY.bus().ring(LogStreams.APPENDED, batch);
    }
  }

  private Appended store(int lines) {
    long first = written + 1;
    StringBuilder ndjson = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      written++;
      ndjson
          .append("{\"seq\":")
          .append(written)
          .append(
              ",\"at\":\"2026-11-21T10:15:30.120Z\",\"stream\":\"stdout\",\"step\":null,\"level\":\"info\",\"line\":\"line"
                  + " ")
          .append(written)
          .append("\"}\n");
    }
    GATEWAY.logs().append(stream, first, written, Buffer.buffer(ndjson.toString())).await();
    return new Appended(stream, first, written, ndjson.toString(), false);
  }

  private void end(String status) {
    GATEWAY
        .database()
        .query(
            """
            insert into log_streams(stream, ended, status) values ($1, true, $2)
              on conflict (stream) do update set ended = true, status = $2
            """,
            stream,
            status)
        .await();
    GATEWAY.bus().ring(LogStreams.APPENDED, new Appended(stream, written, written, "", true));
  }

  // ---- what readers saw

  private static List<Long> seqs(JsonObject page) {
    return page.getJsonArray("items").stream()
        .map(line -> ((JsonObject) line).getLong("seq"))
        .toList();
  }

  private static List<Long> socketSeqs(SocketClient socket) {
    return socket.texts().stream()
        .map(JsonObject::new)
        .filter(line -> line.containsKey("seq"))
        .map(line -> line.getLong("seq"))
        .toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
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
