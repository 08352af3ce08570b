package dev.slipway.e2e.lab;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A socket before an engine's own that passes everything on, until a test says otherwise: then it
 * hangs, crawls or refuses. What an engine that is stuck or gone looks like from outside, for the
 * processes of one host and nobody else.
 */
public final class EngineDoor implements Closeable {
  private enum State {
    OPEN,
    SLOW,
    HUNG,
    REFUSING
  }

  private static final Duration SLOW_CALL = Duration.ofSeconds(2);

  private final Path engine;
  private final Path door;
  private final Set<SocketChannel> channels = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ServerSocketChannel server;
  private State state = State.OPEN;
  private boolean closed;

  private EngineDoor(Path engine, Path door, ServerSocketChannel server) {
    this.engine = engine;
    this.door = door;
    this.server = server;
  }

  static EngineDoor before(Path engine, Path door) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(door));
      EngineDoor made = new EngineDoor(engine, door, server);
      Thread.ofPlatform().daemon().name("engine-door").start(made::welcome);
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What {@code SLIPWAY_DOCKER_HOST} takes. */
  public String address() {
    return "unix://" + door;
  }

  /** Everything stands still: bytes under way stay there, new calls are taken and not answered. */
  public void hang() {
    change(State.HUNG);
  }

  /** Every call takes two seconds more. */
  public void slow() {
    change(State.SLOW);
  }

  /** Every connection breaks, and every new one is closed before a word. */
  public void refuse() {
    change(State.REFUSING);
    closeAll();
  }

  /** Passes on again, what stood still included. */
  public void open() {
    change(State.OPEN);
  }

  private void change(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when bytes may pass; an error when they never will on this connection. */
  private void pass() throws IOException {
    lock.lock();
    try {
      while (state == State.HUNG && !closed) {
        changed.awaitUninterruptibly();
      }
      if (state == State.REFUSING || closed) {
        throw new IOException("the door is shut");
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isSlow() {
    lock.lock();
    try {
      return state == State.SLOW;
    } finally {
      lock.unlock();
    }
  }

  private void welcome() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        channels.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      pass();
      try (SocketChannel upstream = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channels.add(upstream);
        upstream.connect(UnixDomainSocketAddress.of(engine));
        Thread back = Thread.ofVirtual().start(() -> copy(upstream, client, false));
        copy(client, upstream, true);
        back.join();
        channels.remove(upstream);
      }
    } catch (IOException e) {
      // the engine is gone or the door is shut: the client sees its connection close
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      channels.remove(client);
    }
  }

  /** One direction, and its end: a hijacked stream may go on the other way. */
  private void copy(SocketChannel from, SocketChannel to, boolean calls) {
    ByteBuffer buffer = ByteBuffer.allocate(16_384);
    try {
      while (from.read(buffer) >= 0) {
        buffer.flip();
        pass();
        if (calls && isSlow()) {
          LockSupport.parkNanos(SLOW_CALL.toNanos());
        }
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      shut(from);
      shut(to);
    }
  }

  private void closeAll() {
    channels.forEach(EngineDoor::shut);
    channels.clear();
  }

  private static void shut(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    try {
      server.close();
      closeAll();
      Files.deleteIfExists(door);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
