package dev.slipway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Stands between a client and a server of this machine and does what networks do. */
public final class FaultyProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger stalled = new AtomicInteger();
  private volatile IntFunction<Fault> faults = connection -> new Fault.None();

  /** What happens to a connection. */
  public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** The first request is answered like this, and the connection closed. */
    record Answer(String text) implements Fault {
      /** What an S3 store says that refuses: a status with its reason, and its own word for it. */
      public static Answer ofStore(String status, String code, String header) {
        var body =
            "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>m</Message></Error>";
        return new Answer(
            "HTTP/1.1 "
                + status
                + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
                + body.length()
                + "\r\n"
                + (header.isEmpty() ? "" : header + "\r\n")
                + "\r\n"
                + body);
      }
    }

    /** It is reset after the client sent so many bytes. */
    record ResetAfterSent(long bytes) implements Fault {}

    /** After the client sent so many bytes nothing moves any more. */
    record StallAfterSent(long bytes) implements Fault {}

    /** It is closed after the client received so many bytes. */
    record CutAfterReceived(long bytes) implements Fault {}

    /** After the client received so many bytes nothing moves any more. */
    record StallAfterReceived(long bytes) implements Fault {}
  }

  /** Listens on a free port of loopback and leads to another one of it; nothing fails yet. */
  public FaultyProxy(int target) throws IOException {
    this.target = target;
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Where clients connect to. */
  public int port() {
    return door.getLocalPort();
  }

  /** The fault of the n-th connection from now on, counted from 0; those that are open end. */
  public void faults(IntFunction<Fault> faults) {
    this.faults = faults;
    connections.set(0);
    stalled.set(0);
    open.forEach(FaultyProxy::end);
  }

  /** How many there were since the faults were set. */
  public int connections() {
    return connections.get();
  }

  /** How many connections stand still since the faults were set. */
  public int stalled() {
    return stalled.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        open.add(client);
        var fault = faults.apply(connections.getAndIncrement());
        Thread.ofVirtual().start(() -> serve(client, fault));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client, Fault fault) {
    try (client;
        var server = new Socket()) {
      open.add(server);
      if (fault instanceof Fault.Answer answer) {
        answer(client, answer.text());
        return;
      }
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      var back =
          Thread.ofVirtual()
              .start(() -> move(server, client, client, received(fault), stalls(fault)));
      move(client, server, client, sent(fault), stalls(fault));
      back.join();
    } catch (IOException | InterruptedException e) {
      end(client);
    }
  }

  private static void answer(Socket client, String text) throws IOException {
    readHeaders(client.getInputStream());
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.shutdownOutput();
    client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
  }

  private static void readHeaders(InputStream in) throws IOException {
    int last = 0;
    while (last != 0x0d0a0d0a) {
      int read = in.read();
      if (read < 0) {
        throw new IOException("no request");
      }
      last = (last << 8) | read;
    }
  }

  private static long sent(Fault fault) {
    return switch (fault) {
      case Fault.ResetAfterSent(long bytes) -> bytes;
      case Fault.StallAfterSent(long bytes) -> bytes;
      default -> Long.MAX_VALUE;
    };
  }

  private static long received(Fault fault) {
    return switch (fault) {
      case Fault.CutAfterReceived(long bytes) -> bytes;
      case Fault.StallAfterReceived(long bytes) -> bytes;
      default -> Long.MAX_VALUE;
    };
  }

  private static boolean stalls(Fault fault) {
    return fault instanceof Fault.StallAfterSent || fault instanceof Fault.StallAfterReceived;
  }

  private void move(Socket from, Socket to, Socket client, long most, boolean stalls) {
    byte[] buffer = new byte[8192];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (long left = most; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) {
          to.shutdownOutput();
          return;
        }
        out.write(buffer, 0, read);
        left -= read;
      }
      if (stalls) {
        stalled.incrementAndGet();
        closed.await();
      } else if (from == client) {
        client.setSoLinger(true, 0); // closing resets
      }
    } catch (IOException | InterruptedException e) {
      // one side is gone: so is the other one
    }
    end(from);
    end(to);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    door.close();
    open.forEach(FaultyProxy::end);
  }
}
