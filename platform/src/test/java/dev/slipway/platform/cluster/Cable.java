package dev.slipway.platform.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection's way to a port that can be cut: as with a real one, nothing is refused and
 * nothing is closed; what is sent meanwhile arrives late.
 */
final class Cable implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private boolean cut;
  private boolean ended;

  Cable(int port, int target) {
    this.target = target;
    try {
      door = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  synchronized void cut() {
    cut = true;
  }

  synchronized void mend() {
    cut = false;
    notifyAll();
  }

  private void accept() {
    while (!door.isClosed()) {
      Socket here = null;
      try {
        here = door.accept();
        sockets.add(here);
        Socket there = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(there);
        pump(here, there);
        pump(there, here);
      } catch (IOException e) {
        // The door was closed, or nobody is behind it: then whoever came is sent away.
        close(here);
      }
    }
  }

  private void pump(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(() -> {
          byte[] buffer = new byte[16 * 1024];
          try {
            for (int read = from.getInputStream().read(buffer);
                read >= 0;
                read = from.getInputStream().read(buffer)) {
              awaitWhole();
              to.getOutputStream().write(buffer, 0, read);
            }
          } catch (IOException | InterruptedException e) {
            // One end is gone; the other learns of it below.
          }
          close(from);
          close(to);
        });
  }

  private synchronized void awaitWhole() throws InterruptedException {
    while (cut && !ended) {
      wait();
    }
  }

  private void close(@Nullable Socket socket) {
    if (socket == null) {
      return;
    }
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Set.copyOf(sockets).forEach(this::close);
  }
}
