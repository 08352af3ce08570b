package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A connection that goes silent in the middle of a fetch (T5): it ends by its limit, mirror whole.
 */
class StalledRemoteTest {
  private static final SourceLimits IMPATIENT =
      new SourceLimits(
          Duration.ofSeconds(20), Duration.ofSeconds(1), 1L << 30, 1L << 30, 1000, 5, 2);

  @TempDir Path folder;

  /** Passes bytes on, until so many have come back; then it says nothing more and never closes. */
  private static final class Narrows implements AutoCloseable {
    private final ServerSocket server;
    private final int behind;
    private final AtomicLong left;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    Narrows(int behind, long bytes) throws IOException {
      this.behind = behind;
      this.left = new AtomicLong(bytes);
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          var client = server.accept();
          var origin = new Socket(InetAddress.getLoopbackAddress(), behind);
          sockets.addAll(List.of(client, origin));
          pass(client.getInputStream(), origin.getOutputStream(), null);
          pass(origin.getInputStream(), client.getOutputStream(), left);
        } catch (IOException closed) {
          return;
        }
      }
    }

    private static void pass(InputStream in, OutputStream out, @Nullable AtomicLong limit) {
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (int b = in.read(); b >= 0; b = in.read()) {
                if (limit == null || limit.getAndDecrement() > 0) {
                  out.write(b);
                }
              }
            } catch (IOException closed) {
              Thread.currentThread().interrupt(); // the other side is gone: nothing more to pass
            }
          });
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  @Timeout(120)
  void endsByItsLimitAndTheNextFetchIsWhole() throws Exception {
    var noise = new byte[50_000];
    new Random(5).nextBytes(noise);
    Files.createDirectories(folder.resolve("served"));
    var repository = new TestRepository(folder.resolve("served/app"));
    var sha = repository.file("noise", HexFormat.of().formatHex(noise)).commit("First");
    int stalled = 0;
    try (var git = new GitServer(folder.resolve("served"))) {
      for (long bytes : new long[] {0, 10, 200, 600, 1_500, 20_000, 40_000}) {
        var source = new GitSource(folder.resolve("data-" + bytes), true, IMPATIENT);
        try (var narrows = new Narrows(git.port(), bytes)) {
          var url = RepositoryUrl.parse("http://127.0.0.1:" + narrows.port() + "/app/.git");
          var problem =
              catchThrowableOfType(
                  Problem.class, () -> source.resolve(url, "main", null, line -> {}));
          assertThat(problem).as("stalled after %d bytes", bytes).isNotNull();
          assertThat(problem.code()).isEqualTo("repository_unreachable");
          stalled++;
          narrows.left.set(Long.MAX_VALUE);
          assertThat(source.resolve(url, "main", null, line -> {}).sha()).isEqualTo(sha);
          assertThat(source.checkOut(url, sha, folder.resolve("tree-" + bytes), null, line -> {}))
              .isNotNull();
          assertThat(folder.resolve("tree-" + bytes + "/noise")).hasSize(100_000);
        }
      }
    }
    System.out.printf(
        "PROMISE T5: a fetch stalled after %d different numbers of bytes: each ended by its limit, the next was whole%n",
        stalled);
  }
}
