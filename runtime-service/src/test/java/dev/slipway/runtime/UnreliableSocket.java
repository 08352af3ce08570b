package dev.slipway.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The engine's socket behind one that can refuse, hang, crawl, or be cut as by a dying daemon. */
final class UnreliableSocket implements AutoCloseable {
  private static final long CRAWL_MS = 150;

  private final Path path;
  private final Path engine;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Manner manner = Manner.WELL;

  /** How it treats its callers. */
  enum Manner {
    WELL,
    /** Takes connections and says nothing on any of them. */
    HANGING,
    /** Closes every connection at once. */
    REFUSING,
    /** Every piece takes its time. */
    CRAWLING
  }

  UnreliableSocket(Path path, Path engine) throws IOException {
    this.path = path;
    this.engine = engine;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.ofVirtual().name("unreliable-socket").start(this::accept);
  }

  String host() {
    return "unix://" + path;
  }

  void become(Manner next) {
    lock.lock();
    try {
      manner = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Breaks every connection, as the daemon's death does. */
  void cut() {
    open.forEach(UnreliableSocket::quietly);
    open.clear();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        if (manner() == Manner.REFUSING) {
          caller.close();
        } else {
          serve(caller);
        }
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(SocketChannel caller) throws IOException {
    SocketChannel behind = SocketChannel.open(StandardProtocolFamily.UNIX);
    behind.connect(UnixDomainSocketAddress.of(engine));
    open.add(caller);
    open.add(behind);
    Thread.ofVirtual().start(() -> copy(caller, behind));
    Thread.ofVirtual().start(() -> copy(behind, caller));
  }

  private void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
    try {
      while (from.read(buffer) >= 0) {
        pass();
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException | InterruptedException e) {
      // cut
    } finally {
      quietly(from);
      quietly(to);
    }
  }

  private void pass() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (manner == Manner.HANGING) {
        changed.await();
      }
      if (manner == Manner.CRAWLING) {
        changed.await(CRAWL_MS, TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  private Manner manner() {
    lock.lock();
    try {
      return manner;
    } finally {
      lock.unlock();
    }
  }

  private static void quietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    Files.deleteIfExists(path);
  }
}
