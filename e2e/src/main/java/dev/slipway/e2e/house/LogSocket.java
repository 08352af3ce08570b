package dev.slipway.e2e.house;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A reader of a log over a WebSocket that keeps every frame. */
public final class LogSocket implements WebSocket.Listener, AutoCloseable {
  private final List<JsonNode> frames = new ArrayList<>();
  private final StringBuilder partial = new StringBuilder();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private @Nullable WebSocket socket;

  private LogSocket() {}

  /** Opens {@code …/logs?after=} of {@code /applications/{id}} or {@code /deployments/{id}}. */
  public static LogSocket open(HttpClient client, Api api, String subject, long after) {
    LogSocket reader = new LogSocket();
    URI uri =
        URI.create(
            api.base().toString().replaceFirst("^http", "ws")
                + "/api"
                + subject
                + "/logs?after="
                + after);
    String key = api.key();
    reader.socket =
        client
            .newWebSocketBuilder()
            .header("x-api-key", key == null ? "" : key)
            .connectTimeout(Duration.ofSeconds(10))
            .buildAsync(uri, reader)
            .orTimeout(15, TimeUnit.SECONDS)
            .join();
    return reader;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      JsonNode frame = Json.read(partial.toString());
      partial.setLength(0);
      synchronized (frames) {
        frames.add(frame);
      }
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.complete(-1);
  }

  public List<JsonNode> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** The lines among the frames. */
  public List<JsonNode> lines() {
    return frames().stream().filter(f -> f.has("line")).toList();
  }

  /** The highest seq seen, {@code otherwise} when none was. */
  public long lastSeq(long otherwise) {
    return lines().stream().mapToLong(l -> l.path("seq").asLong()).max().orElse(otherwise);
  }

  /** The code the other side closed with; -1 when the connection broke. */
  public CompletableFuture<Integer> closed() {
    return closed;
  }

  /** Gone without a word, as a laptop that is shut. */
  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}
