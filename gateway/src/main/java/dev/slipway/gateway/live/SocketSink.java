package dev.slipway.gateway.live;

import dev.slipway.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that is only written to. It pings, and closes when for a while neither a word came
 * back nor anything could be written.
 */
final class SocketSink implements Sink {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final long PING_MS = 25_000;
  private static final int SILENT_PINGS = 3;
  private static final long GOODBYE_MS = 3_000;
  private static final int MOST_HELD_BACK = 32 * 1024;

  private final Vertx vertx;
  private final NetSocket socket;
  private final long pings;
  private Runnable goOn = () -> {};
  private @Nullable Runnable forget;
  private int silent;
  private boolean closing;
  private boolean gone;

  private SocketSink(Vertx vertx, NetSocket socket) {
    this.vertx = vertx;
    this.socket = socket;
    FrameReader reader = new FrameReader(new Heard());
    socket.setWriteQueueMaxSize(MOST_HELD_BACK);
    socket.handler(chunk -> {
      silent = 0;
      reader.read(chunk);
    });
    socket.drainHandler(drained -> {
      silent = 0;
      goOn.run();
    });
    socket.exceptionHandler(broken -> socket.close());
    socket.closeHandler(closed -> gone());
    this.pings = vertx.setPeriodic(PING_MS, timer -> ping());
  }

  /** Goes on with a request as a WebSocket, or refuses it with a problem. */
  static Future<SocketSink> accept(Vertx vertx, HttpServerRequest request) {
    String key = request.getHeader("Sec-WebSocket-Key");
    if (key == null || !"13".equals(request.getHeader("Sec-WebSocket-Version"))) {
      request.response().putHeader("Sec-WebSocket-Version", "13");
      return Future.failedFuture(notAWebSocket());
    }
    if (!isSameOrigin(request)) {
      return Future.failedFuture(foreign());
    }
    request
        .response()
        .putHeader("Upgrade", "websocket")
        .putHeader("Connection", "Upgrade")
        .putHeader("Sec-WebSocket-Accept", accepted(key));
    Future<NetSocket> upgraded = request.toNetSocket();
    request.resume(); // it was paused while its key was looked up
    return upgraded.map(socket -> new SocketSink(vertx, socket));
  }

  /**
   * Browsers say where a page comes from; programs say nothing. Pages of other sites get no socket.
   */
  private static boolean isSameOrigin(HttpServerRequest request) {
    String origin = request.getHeader("Origin");
    String host = request.getHeader("Host");
    return origin == null
        || (host != null && origin.replaceFirst("^https?://", "").equalsIgnoreCase(host));
  }

  private static String accepted(String key) {
    try {
      byte[] both = (key.strip() + GUID).getBytes(StandardCharsets.ISO_8859_1);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(both));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  @Override
  public Form form() {
    return Form.FRAMES;
  }

  @Override
  public void write(Buffer frames) {
    if (!closing && !gone) {
      socket.write(frames);
    }
  }

  @Override
  public boolean isFull() {
    return socket.writeQueueFull();
  }

  @Override
  public void onRoom(Runnable more) {
    goOn = more;
  }

  @Override
  public void onGone(Runnable once) {
    if (gone) {
      once.run();
    } else {
      forget = once;
    }
  }

  @Override
  public void end() {
    close(Frames.NORMAL);
  }

  @Override
  public void goAway(String hint) {
    close(Frames.GOING_AWAY, hint);
  }

  /** Says goodbye and lets the other side hang up; hangs up itself when it does not. */
  void close(int code) {
    close(code, "");
  }

  private void close(int code, String reason) {
    if (closing || gone) {
      return;
    }
    closing = true;
    socket.write(Frames.close(code, reason));
    vertx.setTimer(GOODBYE_MS, late -> socket.close());
  }

  private void ping() {
    if (++silent > SILENT_PINGS) {
      socket.close();
    } else if (!closing && !isFull()) {
      socket.write(Frames.ping());
    }
  }

  private void gone() {
    gone = true;
    vertx.cancelTimer(pings);
    goOn = () -> {};
    Runnable once = forget;
    forget = null;
    if (once != null) {
      once.run();
    }
  }

  private final class Heard implements FrameReader.Listener {
    @Override
    public void frame(int kind, byte[] payload) {
      if (kind == Frames.PING && !closing) {
        socket.write(Frames.pong(payload));
      } else if (kind == Frames.CLOSE) {
        boolean first = !closing;
        close(Frames.NORMAL);
        if (!first) {
          socket.close();
        }
      }
    }

    @Override
    public void broken(int code) {
      close(code);
    }
  }

  private static Problem notAWebSocket() {
    return new Problem(
        426,
        "websocket_expected",
        "Not a WebSocket of version 13",
        "The request asks for a WebSocket but lacks Sec-WebSocket-Key or Sec-WebSocket-Version: 13.",
        "Use a WebSocket client, or leave Upgrade out for a page.",
        List.of(),
        null);
  }

  private static Problem foreign() {
    return new Problem(
        403,
        "foreign_origin",
        "Not from there",
        "A page of another site may not open this socket.",
        "Open it from Slipway's own dashboard, or from a program that sends no Origin.",
        List.of(),
        null);
  }
}
