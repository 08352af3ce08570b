package dev.slipway.e2e.bench;

import dev.slipway.e2e.house.Api;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text frames of one WebSocket, read with as little work as possible, so that what is measured
 * is the platform and not the reader.
 */
final class Frames implements Closeable {
  private final Socket socket = new Socket();
  private final InputStream in;

  Frames(Api api, String subject, long after, int bufferBytes) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", api.base().getPort()), 10_000);
    socket.setSoTimeout(60_000);
    in = new BufferedInputStream(socket.getInputStream(), bufferBytes);
    String request =
        """
        GET /api%s/logs?after=%d HTTP/1.1\r
        Host: localhost\r
        x-api-key: %s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: c2xpcHdheS1iZW5jaC0xNg==\r
        \r
        """
            .formatted(subject, after, api.key());
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String status = headerLine();
    if (!status.contains(" 101 ")) {
      throw new IOException("no WebSocket: " + status);
    }
    while (!headerLine().isEmpty()) {
      // the rest of the head says nothing that matters here
    }
  }

  private String headerLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed during the handshake: " + line);
      }
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** The next text frame as bytes; null when the other side said goodbye. */
  byte @Nullable [] next() throws IOException {
    while (true) {
      int head = in.read();
      int second = in.read();
      if (second < 0) {
        return null;
      }
      int length = length(second & 0x7f);
      byte[] payload = in.readNBytes(length);
      int opcode = head & 0x0f;
      if (opcode == 1 || opcode == 0) {
        return payload;
      }
      if (opcode == 8) {
        return null;
      }
    }
  }

  private int length(int small) throws IOException {
    int bytes = small == 126 ? 2 : small == 127 ? 8 : 0;
    int length = bytes == 0 ? small : 0;
    for (int i = 0; i < bytes; i++) {
      length = (length << 8) | in.read();
    }
    return length;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
