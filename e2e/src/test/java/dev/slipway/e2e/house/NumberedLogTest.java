package dev.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The books of a reader that vanishes and comes back are right. */
final class NumberedLogTest {
  private static final int VISITS = 300;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(1);

  private final Vertx vertx = Vertx.vertx();
  private URI base;

  @BeforeEach
  void listen() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .webSocketHandler(this::flood)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get();
    base = URI.create("http://127.0.0.1:" + server.actualPort());
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  /** Sends every line behind the one that was asked for, as quickly as they are taken. */
  private void flood(ServerWebSocket socket) {
    send(socket, Long.parseLong(socket.query().replace("after=", "")) + 1);
  }

  private void send(ServerWebSocket socket, long next) {
    if (socket.isClosed()) {
      return;
    }
    if (socket.writeQueueFull()) {
      socket.drainHandler(drained -> send(socket, next));
      return;
    }
    String line = "{\"seq\":%d,\"stream\":\"stdout\",\"line\":\"n run %d\"}";
    socket.writeTextMessage(line.formatted(next, next));
    vertx.runOnContext(later -> send(socket, next + 1));
  }

  @Test
  void aLineThatWasOnItsWayWhenTheReaderVanishedIsReadOnce() {
    try (NumberedLog log = new NumberedLog(new Api(base, "key"), "app")) {
      for (int visit = 0; visit < VISITS; visit++) {
        long read = log.seen().number();
        log.keepReading();
        Until.holds(
            () -> "more than " + read + " in " + log.seen(),
            LIMIT,
            LOOK,
            () -> log.seen().number() > read);
        log.vanish();
      }
      assertThat(log.seen().wrong()).isEmpty();
    }
  }
}
