package dev.slipway.e2e.promises;

import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An application for every way of talking, and the visitors who talk to it; each checks every byte
 * it is owed.
 *
 * @param address of the ingress
 * @param hostName of the application
 */
record Talker(String address, int port, String hostName) {
  private static final int PIECES = 16;
  private static final int PIECE_BYTES = 32 * 1024;
  private static final int BIG_BYTES = 256 * 1024;
  private static final int EVENTS = 20;
  private static final int ECHOES = 20;

  static Sample saying(String text) {
    return new Sample(
        Map.of(
            "Dockerfile",
            """
            FROM slipway-base/node:latest
            COPY version.txt server.js /
            CMD ["node", "/server.js"]
            """,
            "server.js",
            resource("server.js"),
            "version.txt",
            text + "\n"));
  }

  static String resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(Talker.class.getResourceAsStream("/talker/" + name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Half a megabyte in pieces with a pause before each; the other side tells what arrived. */
  void upload() throws IOException {
    try (Wire wire = new Wire(address, port)) {
      Wire.Reply reply =
          wire.upload(hostName, "/upload", PIECES, PIECE_BYTES, () -> pause(Duration.ofMillis(40)));
      byte[] sent = "x".repeat(PIECES * PIECE_BYTES).getBytes(StandardCharsets.US_ASCII);
      expect(reply.status() + " " + reply.body().strip(), "200 " + sent.length + " " + sha(sent));
    }
  }

  /** A request written byte by byte, and a body that is read in small sips. */
  void slowly() throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new InetSocketAddress(address, port), 5_000);
      socket.setSoTimeout(40_000);
      OutputStream out = socket.getOutputStream();
      byte[] head =
          ("GET /big HTTP/1.1\r\nHost: " + hostName + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      for (byte b : head) {
        out.write(b);
        out.flush();
        pause(Duration.ofMillis(5));
      }
      checkBig(sip(socket.getInputStream()));
    }
  }

  private static byte[] sip(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] sip = new byte[8 * 1024];
    for (int n = in.read(sip); n >= 0; n = in.read(sip)) {
      all.write(sip, 0, n);
      pause(Duration.ofMillis(20));
    }
    return all.toByteArray();
  }

  private static void checkBig(byte[] answer) {
    String text = new String(answer, StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    expect(text.substring(0, 12), "HTTP/1.1 200");
    expect(Integer.toString(text.length() - body), Integer.toString(BIG_BYTES));
    expect(text.substring(body), "abcdefgh".repeat(BIG_BYTES / 8));
  }

  /** A stream of events that takes two seconds: all of them, in order, and its end. */
  void events(HttpClient client) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + "/events"))
            .header("Host", hostName)
            .timeout(Duration.ofSeconds(40))
            .build();
    var response = client.send(request, BodyHandlers.ofString());
    expect(Integer.toString(response.statusCode()), "200");
    StringBuilder ids = new StringBuilder();
    response
        .body()
        .lines()
        .filter(l -> l.startsWith("id: "))
        .forEach(l -> ids.append(l).append(' '));
    StringBuilder wanted = new StringBuilder();
    for (int i = 1; i <= EVENTS; i++) {
      wanted.append("id: ").append(i).append(' ');
    }
    expect(ids.toString(), wanted.toString());
    if (!response.body().endsWith("event: end\ndata: 20\n\n")) {
      throw new IOException("the stream of events was cut");
    }
  }

  /** A conversation of two seconds: each word comes back, and the goodbye is answered. */
  void converse(HttpClient client) throws Exception {
    Echoes echoes = new Echoes();
    WebSocket socket =
        client
            .newWebSocketBuilder()
            .header("Host", hostName)
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(URI.create("ws://" + address + ":" + port + "/talk"), echoes)
            .get(15, TimeUnit.SECONDS);
    try {
      for (int i = 0; i < ECHOES; i++) {
        String word = "word " + i;
        CompletableFuture<String> answer = echoes.next();
        socket.sendText(word, true).get(10, TimeUnit.SECONDS);
        expect(answer.get(20, TimeUnit.SECONDS), word);
        pause(Duration.ofMillis(100));
      }
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
      expect(echoes.closed.get(20, TimeUnit.SECONDS).toString(), "1000");
    } finally {
      socket.abort();
    }
  }

  private static final class Echoes implements WebSocket.Listener {
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile CompletableFuture<String> next = new CompletableFuture<>();

    CompletableFuture<String> next() {
      CompletableFuture<String> fresh = new CompletableFuture<>();
      next = fresh;
      return fresh;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        next.complete(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      closed.complete(code);
      next.completeExceptionally(new IOException("closed with " + code));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      closed.completeExceptionally(error);
      next.completeExceptionally(error);
    }
  }

  private static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }

  private static String sha(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void expect(String seen, String wanted) {
    if (!seen.equals(wanted)) {
      throw new IllegalStateException(
          "not '" + brief(wanted) + "' but '" + brief(seen) + "' of " + seen.length());
    }
  }

  private static String brief(String text) {
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }
}
