package dev.slipway.ingress.proxy;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One end of a TCP connection that speaks exactly what it is told to: for clients and origins. */
public final class Wire implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16 * 1024);
  }

  public static Wire to(int port) throws IOException {
    return to(port, 0);
  }

  /** With a small receive buffer the kernel takes little for a reader that does not read. */
  public static Wire to(int port, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
    return new Wire(socket);
  }

  public Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public Wire send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** A GET and the head and body of its answer. */
  public Answer get(String host, String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return answer();
  }

  /** The text up to and without the empty line; null when the other end has closed. */
  public @Nullable String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int b;
    while ((b = in.read()) >= 0) {
      head.write(b);
      String text = head.toString(StandardCharsets.ISO_8859_1);
      if (b == '\n' && text.endsWith("\r\n\r\n")) {
        return text.substring(0, text.length() - 4);
      }
    }
    if (head.size() > 0) {
      throw new EOFException("The head was cut: " + head);
    }
    return null;
  }

  public Answer answer() throws IOException {
    String head = head();
    if (head == null) {
      throw new EOFException("Closed instead of an answer");
    }
    return new Answer(head, body(head));
  }

  /** The body that a head announces; to the end of the connection when it announces none. */
  public byte[] body(String head) throws IOException {
    String lower = head.toLowerCase(Locale.ROOT);
    if (lower.contains("transfer-encoding: chunked")) {
      return chunks();
    }
    int at = lower.indexOf("\ncontent-length:");
    if (at >= 0) {
      return bytes(
          Integer.parseInt(lower.substring(at + 16).lines().findFirst().orElse("").strip()));
    }
    return lower.startsWith("http/") && lower.contains("close") ? in.readAllBytes() : new byte[0];
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line().split(";")[0].strip(), 16);
      body.write(bytes(size));
      if (size == 0) {
        while (!line().isEmpty()) {}
        return body.toByteArray();
      }
      line();
    }
  }

  public String line() throws IOException {
    StringBuilder line = new StringBuilder();
    int b;
    while ((b = in.read()) != '\n') {
      if (b < 0) {
        throw new EOFException("Closed within a line: " + line);
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  public byte[] bytes(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("Only " + bytes.length + " of " + count + " bytes came");
    }
    return bytes;
  }

  /** Everything until the other end closes. */
  public byte[] rest() throws IOException {
    return in.readAllBytes();
  }

  public int read(byte[] into) throws IOException {
    return in.read(into);
  }

  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  public Socket socket() {
    return socket;
  }

  /** Closes with a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What came back. */
  public record Answer(String head, byte[] bytes) {
    public int status() {
      return Integer.parseInt(head.substring(9, 12));
    }

    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
