package dev.slipway.e2e.house;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection that hides nothing: unlike a library it never retries, so a request
 * that the other side drops is seen.
 */
public final class Wire implements Closeable {
  private static final int PATIENCE_MILLIS = 40_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public Wire(String address, int port) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(address, port), 5_000);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 16_384);
    out = socket.getOutputStream();
  }

  /**
   * What came back.
   *
   * @param last the other side closes after this one, and said so
   */
  public record Reply(int status, String body, boolean last) {}

  public Reply get(String host, String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return reply();
  }

  /** Sends a body in pieces, with a pause before each: an upload on a slow line. */
  public Reply upload(String host, String path, int pieces, int pieceBytes, Runnable pause)
      throws IOException {
    send(
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, host, (long) pieces * pieceBytes));
    byte[] piece = "x".repeat(pieceBytes).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < pieces; i++) {
      pause.run();
      out.write(piece);
      out.flush();
    }
    return reply();
  }

  public void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private Reply reply() throws IOException {
    String status = line();
    long length = -1;
    boolean chunked = false;
    boolean last = status.startsWith("HTTP/1.0");
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Long.parseLong(lower.substring(15).strip());
      } else if (lower.startsWith("transfer-encoding:")) {
        chunked = lower.contains("chunked");
      } else if (lower.startsWith("connection:")) {
        last = lower.contains("close");
      }
    }
    byte[] body = chunked ? chunks() : length >= 0 ? exactly(length) : in.readAllBytes();
    return new Reply(
        Integer.parseInt(status.substring(9, 12)),
        new String(body, StandardCharsets.UTF_8),
        last || (!chunked && length < 0));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line().split(";")[0].strip(), 16);
      body.write(exactly(size));
      line();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(long length) throws IOException {
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  /** One line without its end; an end of the stream is an error, for nobody said it would come. */
  public String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    int b = in.read();
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    if (b < 0) {
      throw new EOFException("the connection was closed without a word");
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
