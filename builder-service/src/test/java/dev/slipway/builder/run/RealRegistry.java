package dev.slipway.builder.run;

import static org.awaitility.Awaitility.await;

import dev.slipway.docker.Registry;
import dev.slipway.docker.RegistryAuth;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Debian's docker-registry, with or without credentials; stopped with its data by the caller. */
final class RealRegistry implements AutoCloseable {
  static final String USER = "slipway";
  static final String PASSWORD = "s3cret-registry";

  /** {@link #PASSWORD} as htpasswd writes it: the registry takes bcrypt alone. */
  private static final String HTPASSWD =
      USER + ":$2b$05$fK4btjl0bJ8EQtuXnwCBc.9f4jciXbpRB1BjXusvkMVbfFJSdUkBS\n";

  private final Path folder;
  private final String host;
  private final int port;
  private @Nullable Process process;

  /**
   * Starts one.
   *
   * @param host the address it listens on; only on loopback do engines speak plain HTTP to it
   */
  RealRegistry(Path folder, String host, boolean guarded) throws IOException {
    install();
    this.folder = Files.createDirectories(folder);
    this.host = host;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    Files.writeString(
        folder.resolve("config.yml"),
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s/data}, delete: {enabled: true}}
        http: {addr: "%s:%d"}
        """
                .formatted(folder, host, port)
            + (guarded
                ? "auth: {htpasswd: {realm: slipway, path: %s/htpasswd}}%n".formatted(folder)
                : ""));
    start();
  }

  /** The way every script of the platform gets a Debian package. */
  private static void install() throws IOException {
    var script = RealBuilds.HOME.resolve("scripts/lib.sh");
    var process =
        new ProcessBuilder(
                "bash", "-c", ". " + script + "; need_command docker-registry docker-registry")
            .inheritIO()
            .start();
    try {
      if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IOException("docker-registry cannot be installed");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      process.destroy();
    }
  }

  void start() throws IOException {
    process =
        new ProcessBuilder("docker-registry", "serve", folder.resolve("config.yml").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    await().atMost(Duration.ofSeconds(30)).until(this::answers);
  }

  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 500);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  void stop() throws InterruptedException {
    if (process != null) {
      process.destroy();
      process.waitFor(10, TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
    }
  }

  String server() {
    return host + ":" + port;
  }

  RegistryAuth auth() {
    return new RegistryAuth(server(), USER, PASSWORD);
  }

  Registry open() {
    return new Registry(server() + "/team", null);
  }

  Registry withCredentials() {
    return new Registry(server() + "/team", auth());
  }

  /** How many pushes of a manifest it has taken. */
  long pushes() throws IOException {
    try (var lines = Files.lines(folder.resolve("log"))) {
      return lines.filter(l -> l.contains("\"PUT /v2/") && l.contains("/manifests/")).count();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }
}
