package dev.slipway.gateway;

import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** The log of a new application: written as the runtime does, and read in the raw. */
final class StoredLog {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TestGateway gateway;
  private final String path;
  private final String stream;
  private long written;

  StoredLog(TestGateway gateway) {
    this.gateway = gateway;
    JsonObject described =
        new JsonObject()
            .put("name", "log-" + COUNT.incrementAndGet())
            .put("repository", "https://git.example.org/a.git");
    String application =
        gateway.admin().post("/api/applications", described).expect(201).string("id");
    path = "/api/applications/" + application + "/logs";
    stream = "a:" + application;
  }

  String path() {
    return path;
  }

  String stream() {
    return stream;
  }

  /** The last number that is stored. */
  long written() {
    return written;
  }

  void write(int lines, boolean ring) {
    Appended batch = store(lines);
    if (ring) {
      gateway.bus().ring(LogStreams.APPENDED, batch);
    }
  }

  Appended store(int lines) {
    long first = written + 1;
    StringBuilder ndjson = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      written++;
      ndjson
          .append("{\"seq\":")
          .append(written)
          .append(
              ",\"at\":\"2026-11-21T10:15:30.120Z\",\"stream\":\"stdout\",\"step\":null,\"level\":\"info\",\"line\":\"line ")
          .append(written)
          .append("\"}\n");
    }
    store(first, written, ndjson.toString());
    return new Appended(stream, first, written, ndjson.toString(), false);
  }

  void store(long first, long last, String ndjson) {
    written = last;
    gateway
        .database()
        .query(
            "insert into log_segments(stream, first_seq, last_seq, lines) values ($1, $2, $3, $4)",
            stream,
            first,
            last,
            Buffer.buffer(ndjson))
        .await();
  }

  void end(String status) {
    gateway
        .database()
        .query(
            """
            insert into log_streams(stream, ended, status) values ($1, true, $2)
              on conflict (stream) do update set ended = true, status = $2
            """,
            stream,
            status)
        .await();
    gateway.bus().ring(LogStreams.APPENDED, new Appended(stream, written, written, "", true));
  }

  /** Asks for a socket by hand. */
  void request(Socket socket, String headers) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET "
                + path
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + gateway.apiPort()
                + "\r\nx-api-key: "
                + gateway.admin().key()
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + headers
                + "\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /** Reads frames until the close frame and counts those with text. */
  static int textFrames(InputStream socket) throws IOException {
    // a call of the kernel for each byte of a thousand readers takes longer than to serve them
    InputStream in = new BufferedInputStream(socket);
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

  static List<Long> seqs(SocketClient socket) {
    return socket.texts().stream()
        .map(JsonObject::new)
        .filter(line -> line.containsKey("seq"))
        .map(line -> line.getLong("seq"))
        .toList();
  }

  static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }
}
