package dev.slipway.docker.java;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a client and an engine, so that a test can let the engine die for that client. */
final class EngineRelay implements AutoCloseable {
  private final Path engine;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

  EngineRelay(Path socket, Path engine) throws IOException {
    this.socket = socket;
    this.engine = engine;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.startVirtualThread(this::accept);
  }

  String url() {
    return "unix://" + socket;
  }

  /** Every connection ends, as when the engine is killed; new ones are refused. */
  @Override
  public void close() throws IOException {
    server.close();
    for (var channel : open) {
      channel.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        var behind = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        open.add(client);
        open.add(behind);
        Thread.startVirtualThread(() -> copy(client, behind));
        Thread.startVirtualThread(() -> copy(behind, client));
      }
    } catch (IOException closed) {
      open.removeIf(channel -> !channel.isOpen());
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    try {
      Channels.newInputStream(from).transferTo(Channels.newOutputStream(to));
      to.shutdownOutput();
    } catch (IOException hungUp) {
      try (from) {
        to.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
