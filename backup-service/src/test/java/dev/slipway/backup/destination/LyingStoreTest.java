package dev.slipway.backup.destination;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.platform.net.AddressGuard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store that says it has what it was sent, and has something else. */
class LyingStoreTest {
  private volatile byte[] kept = new byte[0];
  private UnaryOperator<byte[]> keeping = sent -> sent;
  private HttpServer server;
  private Destination destination;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    var config = S3Server.config(server.getAddress().getPort(), "");
    destination = new S3Destination(config, new AddressGuard(true));
  }

  @AfterEach
  void stop() {
    destination.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("ETag", "\"a-tag-of-its-own\"");
    exchange.getResponseHeaders().set("Last-Modified", "Sun, 22 Nov 2026 08:00:00 GMT");
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        kept = keeping.apply(exchange.getRequestBody().readAllBytes());
        exchange.sendResponseHeaders(200, -1);
      }
      case "HEAD" -> {
        exchange.getResponseHeaders().set("Content-Length", "" + kept.length);
        exchange.sendResponseHeaders(200, -1);
      }
      case "GET" -> {
        boolean uploads = String.valueOf(exchange.getRequestURI().getQuery()).contains("uploads");
        byte[] body =
            uploads ? "<ListMultipartUploadsResult/>".getBytes(StandardCharsets.US_ASCII) : kept;
        exchange.sendResponseHeaders(uploads ? 200 : 206, body.length);
        exchange.getResponseBody().write(body);
      }
      default -> {
        kept = new byte[0];
        exchange.sendResponseHeaders(204, -1);
      }
    }
    exchange.close();
  }

  private Stored write() {
    return destination.write("a", new ByteArrayInputStream(DestinationContract.bytes(100_000)));
  }

  @Test
  void aStoreWithTagsOfItsOwnIsReadBack() {
    assertThat(write().size()).isEqualTo(100_000);
  }

  @Test
  void aFlippedBitIsFoundAndRemoved() {
    keeping =
        sent -> {
          sent[500] ^= 1;
          return sent;
        };
    DestinationContract.failsWith("destination_mismatch", this::write);
    assertThat(kept).isEmpty();
  }

  @Test
  void aShorterObjectIsFoundAndRemoved() {
    keeping = sent -> java.util.Arrays.copyOf(sent, 99_999);
    DestinationContract.failsWith("destination_mismatch", this::write);
    assertThat(kept).isEmpty();
  }
}
