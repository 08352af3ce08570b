package dev.slipway.gateway;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK, which knows nothing of how ours are made. */
final class SocketClient implements WebSocket.Listener {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private volatile String reason = "";
  private final StringBuilder partial = new StringBuilder();
  private @Nullable WebSocket socket;

  static SocketClient open(Client client, String path) throws Exception {
    SocketClient made = new SocketClient();
    made.socket =
        HTTP.newWebSocketBuilder()
            .header("x-api-key", client.key())
            .buildAsync(URI.create(client.base().replace("http", "ws") + path), made)
            .get(10, TimeUnit.SECONDS);
    return made;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      texts.add(partial.toString());
      partial.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String why) {
    reason = why;
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }

  List<String> texts() {
    return texts;
  }

  int closeCode() throws Exception {
    return closed.get(20, TimeUnit.SECONDS);
  }

  /** What was said at the close, once there is a {@link #closeCode}. */
  String closeReason() {
    return reason;
  }

  void ping() throws Exception {
    java.util.Objects.requireNonNull(socket)
        .sendPing(java.nio.ByteBuffer.wrap(new byte[] {1, 2}))
        .get(5, TimeUnit.SECONDS);
  }

  void close() throws Exception {
    java.util.Objects.requireNonNull(socket)
        .sendClose(WebSocket.NORMAL_CLOSURE, "")
        .get(5, TimeUnit.SECONDS);
  }

  void abort() {
    java.util.Objects.requireNonNull(socket).abort();
  }
}
