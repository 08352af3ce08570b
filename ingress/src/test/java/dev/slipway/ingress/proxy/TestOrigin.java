package dev.slipway.ingress.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An application in this process: every connection gets a virtual thread that runs a script. */
public final class TestOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final Script script;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  /** What the application does on one connection. */
  public interface Script {
    void play(Wire wire) throws Exception;
  }

  /** What the application answers to one request. */
  public interface Answerer {
    String answer(String head, byte[] body) throws Exception;
  }

  private TestOrigin(Script script, int receiveBuffer) throws IOException {
    this.script = script;
    this.server = new ServerSocket();
    if (receiveBuffer > 0) {
      server.setReceiveBufferSize(receiveBuffer);
    }
    server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    Thread.ofVirtual().start(this::accept);
  }

  public static TestOrigin playing(Script script) throws IOException {
    return new TestOrigin(script, 0);
  }

  public static TestOrigin playing(Script script, int receiveBuffer) throws IOException {
    return new TestOrigin(script, receiveBuffer);
  }

  /** Answers every request with 200 and this body, keep-alive. */
  public static TestOrigin saying(String body) throws IOException {
    return answering((head, request) -> ok(body));
  }

  public static TestOrigin answering(Answerer answerer) throws IOException {
    return playing(wire -> {
      String head;
      while ((head = wire.head()) != null) {
        wire.send(answerer.answer(head, wire.body(head)));
      }
    });
  }

  public static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> play(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void play(Socket socket) {
    try (Wire wire = new Wire(socket)) {
      script.play(wire);
    } catch (Exception e) {
      failure = e;
    } finally {
      open.remove(socket);
    }
  }

  private volatile @Nullable Exception failure;

  /** The last thing that went wrong on a connection. */
  public @Nullable Exception failure() {
    return failure;
  }

  public int port() {
    return server.getLocalPort();
  }

  public int accepted() {
    return accepted.get();
  }

  /** Connections open now. */
  public int connections() {
    return open.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
