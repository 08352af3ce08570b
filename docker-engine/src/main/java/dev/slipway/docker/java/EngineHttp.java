package dev.slipway.docker.java;

import dev.slipway.docker.DockerProblem;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As much HTTP/1.1 as an engine needs: one request per connection, plain and chunked answers.
 *
 * <p>Why our own: a Unix socket channel knows no read time-out, so the limits of the usual clients
 * silently do not hold on it and a frozen engine blocks its caller for ever. Here a watchdog closes
 * the connection instead. A reader on a virtual thread costs no platform thread.
 */
final class EngineHttp implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineHttp.class);
  private static final int MAX_HEADER_LINE = 64 * 1024;

  private final EngineAddress address;
  private final ScheduledThreadPoolExecutor watchdog;

  EngineHttp(EngineAddress address) {
    this.address = address;
    this.watchdog =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("docker-watchdog").factory());
    watchdog.setRemoveOnCancelPolicy(true);
  }

  EngineAddress address() {
    return address;
  }

  /**
   * One request. The patience covers everything until the answer's headers are here.
   *
   * @param upload a body of unknown length, sent in chunks
   */
  record Call(
      String method,
      String path,
      Map<String, String> headers,
      byte @Nullable [] body,
      @Nullable InputStream upload,
      Duration patience) {

    Call(
        String method,
        String path,
        Map<String, String> headers,
        byte @Nullable [] body,
        Duration patience) {
      this(method, path, headers, body, null, patience);
    }
  }

  /**
   * Sends a request and reads the answer's headers.
   *
   * @throws DockerProblem.EngineDown when the engine cannot be reached or is not in time
   * @throws DockerProblem.Cancelled when the calling thread is interrupted
   */
  Reply send(Call call) {
    var guard = new Guard(call);
    try {
      var wire = address.connect();
      guard.watch(wire, watchdog);
      wire.out().write(head(call));
      if (call.body() != null) {
        wire.out().write(call.body());
      }
      if (call.upload() != null) {
        upload(call.upload(), wire.out());
      }
      wire.out().flush();
      return readHead(wire, guard);
    } catch (IOException e) {
      guard.close();
      throw guard.explain(e);
    }
  }

  private static byte[] head(Call call) {
    var text = new StringBuilder(256);
    text.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\n");
    var connection = call.headers().containsKey("Upgrade") ? "Upgrade" : "close";
    text.append("Host: docker\r\nUser-Agent: slipway\r\nConnection: " + connection + "\r\n");
    call.headers().forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    var body = call.body();
    if (body != null) {
      text.append("Content-Type: application/json\r\n");
    }
    if (call.upload() != null) {
      text.append("Transfer-Encoding: chunked\r\n");
    } else if (body != null || !call.method().equals("GET")) {
      text.append("Content-Length: ").append(body == null ? 0 : body.length).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void upload(InputStream body, OutputStream out) throws IOException {
    var buffer = new byte[64 * 1024];
    for (var count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      out.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(buffer, 0, count);
      out.write('\r');
      out.write('\n');
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static Reply readHead(EngineAddress.Wire wire, Guard guard) throws IOException {
    var in = new BufferedBody(wire.in());
    var status = line(in).split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new IOException("not an HTTP answer: " + String.join(" ", status));
    }
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    var code = Integer.parseInt(status[1]);
    return new Reply(code, headers, body(code, headers, in), guard);
  }

  private static InputStream body(int code, Map<String, String> headers, BufferedBody in) {
    if (code == 204 || code == 304) {
      return InputStream.nullInputStream();
    }
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      in.chunked();
    } else if (headers.get("content-length") instanceof String length) {
      in.limited(Long.parseLong(length));
    }
    return in;
  }

  private static String line(InputStream in) throws IOException {
    var bytes = new ByteArrayOutputStream(64);
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the engine closed the connection in the middle of its answer");
      }
      if (bytes.size() >= MAX_HEADER_LINE) {
        throw new IOException("a header line is longer than 64 KiB");
      }
      if (b != '\r') {
        bytes.write(b);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    watchdog.shutdownNow();
  }

  /** An answer whose body is still to be read. Close it to give the connection back. */
  record Reply(int status, Map<String, String> headers, InputStream body, Guard guard)
      implements Closeable {

    boolean ok() {
      return status < 400;
    }

    /** From here on the answer may take as long as it likes. */
    void unhurried() {
      guard.disarm();
    }

    /** Both directions of the connection, for an answer after which either side may speak. */
    EngineAddress.Wire wire() {
      return Objects.requireNonNull(guard.wire);
    }

    /** Whether patience ended before the answer did. */
    boolean late() {
      return guard.late;
    }

    /** Turns a failed read into the problem behind it. */
    DockerProblem explain(IOException e) {
      return guard.explain(e);
    }

    @Override
    public void close() {
      guard.close();
    }
  }

  /** Owns a call's connection, closes it when patience ends, and knows afterwards why it closed. */
  static final class Guard implements Closeable {
    private final Call call;
    private EngineAddress.@Nullable Wire wire;
    private @Nullable ScheduledFuture<?> alarm;
    private volatile boolean late;

    private Guard(Call call) {
      this.call = call;
    }

    private void watch(EngineAddress.Wire opened, ScheduledThreadPoolExecutor watchdog) {
      wire = opened;
      alarm =
          watchdog.schedule(
              () -> {
                late = true;
                close();
              },
              call.patience().toMillis(),
              TimeUnit.MILLISECONDS);
    }

    private void disarm() {
      if (alarm != null) {
        alarm.cancel(false);
      }
    }

    DockerProblem explain(IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        return new DockerProblem.Cancelled("interrupted while asking the engine");
      }
      var what = call.method() + " " + call.path().replaceFirst("\\?.*", "");
      return late
          ? new DockerProblem.EngineDown(
              "the engine did not answer %s within %d s"
                  .formatted(what, call.patience().toSeconds()),
              e)
          : new DockerProblem.EngineDown("the engine is not reachable: " + text(e), e);
    }

    private static String text(IOException e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
      disarm();
      var opened = wire;
      if (opened != null) {
        try {
          opened.close();
        } catch (IOException e) {
          LOG.debug("closing a connection to the engine", e);
        }
      }
    }
  }
}
