package dev.slipway.builder.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.shell.ProcessShellCommandFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Git over ssh and over its own protocol, against real servers on loopback. */
class OtherTransportsTest {
  @TempDir Path folder;

  @Test
  void sshTakesTheDataDirectorysKeyAndRemembersTheHost() throws Exception {
    var sha = new TestRepository(folder.resolve("app")).file("a.txt", "a").commit("one");
    var source = new GitSource(folder.resolve("data"), true, SourceLimits.defaults());
    var key = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    try (var server = sshServer("host-1", key.getPublic())) {
      var url =
          RepositoryUrl.parse("ssh://git@127.0.0.1:" + server.getPort() + folder.resolve("app"));
      assertThat(refusal(source, url).code()).as("without a key").isEqualTo("repository_private");
      Files.createDirectories(folder.resolve("data/ssh"));
      try (var out = Files.newOutputStream(folder.resolve("data/ssh/id_ecdsa"))) {
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
      }
      assertThat(source.resolve(url, "main", null, SourceListener.NONE).sha()).isEqualTo(sha);
      assertThat(folder.resolve("data/ssh/known_hosts"))
          .content()
          .contains("127.0.0.1")
          .hasLineCount(1);
      var port = server.getPort();
      server.stop(true);
      try (var impostor = sshServer("host-2", key.getPublic(), port)) {
        assertThat(impostor.isStarted()).isTrue();
        assertThat(refusal(source, url).code()).isEqualTo("host_key_changed");
      }
    }
  }

  private SshServer sshServer(String name, java.security.PublicKey allowed) throws IOException {
    return sshServer(name, allowed, 0);
  }

  private SshServer sshServer(String name, java.security.PublicKey allowed, int port)
      throws IOException {
    var server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(port);
    var host = new SimpleGeneratorHostKeyProvider(folder.resolve(name));
    host.setAlgorithm("EC");
    server.setKeyPairProvider(host);
    server.setPublickeyAuthenticator((user, key, session) -> KeyUtils.compareKeys(key, allowed));
    server.setCommandFactory(ProcessShellCommandFactory.INSTANCE);
    server.start();
    return server;
  }

  private static Problem refusal(GitSource source, RepositoryUrl url) {
    var problem =
        catchThrowableOfType(
            Problem.class, () -> source.resolve(url, "main", null, SourceListener.NONE));
    assertThat(problem).isNotNull();
    return problem;
  }

  @Test
  void theGitProtocolWorks() throws Exception {
    var sha = new TestRepository(folder.resolve("app")).file("a.txt", "a").commit("one");
    int port = freePort();
    var daemon =
        new ProcessBuilder(
                List.of(
                    "git",
                    "-c",
                    "safe.directory=*",
                    "daemon",
                    "--export-all",
                    "--listen=127.0.0.1",
                    "--port=" + port,
                    "--base-path=" + folder,
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> listens(port));
      var source = new GitSource(folder.resolve("data"), true, SourceLimits.defaults());
      var url = RepositoryUrl.parse("git://127.0.0.1:" + port + "/app/.git");
      assertThat(source.resolve(url, "main", null, SourceListener.NONE).sha()).isEqualTo(sha);
      assertThat(refusal(source, RepositoryUrl.parse("git://127.0.0.1:" + port + "/nope")).code())
          .isEqualTo("repository_private");
    } finally {
      daemon.descendants().forEach(ProcessHandle::destroy);
      daemon.destroy();
      daemon.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
