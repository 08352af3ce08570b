package dev.slipway.e2e.lab;

import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real registry on the lab's own address, which lets in one user. */
public final class Registry {
  /** Who may push and pull. */
  public static final String USER = "slipway";

  /** What that user says. */
  public static final String PASSWORD = "lab-registry-password";

  private static final String ENTRY =
      USER + ":$2b$05$pPyAWZK.7s79chJtAcaFYO2ml5/ZUDqm.aDs6ZUpASB0W9UslcsW2";
  private static final int PORT = 5000;

  private final String address;
  private final Path folder;
  private Daemon daemon;

  private Registry(String address, Path folder, Daemon daemon) {
    this.address = address;
    this.folder = folder;
    this.daemon = daemon;
  }

  static Registry start(String host, Path folder) {
    try {
      Files.writeString(folder.resolve("users"), ENTRY + "\n");
      Files.writeString(
          folder.resolve("config.yml"),
          """
          version: 0.1
          log: {level: warn, accesslog: {disabled: true}}
          auth: {htpasswd: {realm: lab, path: %1$s/users}}
          storage:
            filesystem: {rootdirectory: %1$s/data}
            delete: {enabled: true}
          http: {addr: "%2$s:%3$d"}
          """
              .formatted(folder, host, PORT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Registry registry = new Registry(host + ":" + PORT, folder, launch(folder));
    registry.awaitOpen(host);
    return registry;
  }

  private static Daemon launch(Path folder) {
    return Daemon.start(
        folder.resolve("registry.log"),
        Map.of(),
        List.of("docker-registry", "serve", folder.resolve("config.yml").toString()));
  }

  private void awaitOpen(String host) {
    Until.holds(
        () -> "the registry listens\n" + daemon.tail(),
        Duration.ofSeconds(20),
        Duration.ofMillis(50),
        () -> isOpen(host, PORT));
  }

  static boolean isOpen(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Host and port, as image names carry it. */
  public String address() {
    return address;
  }

  /** It dies; pushes and pulls are refused until {@link #startAgain}. */
  public void kill() {
    daemon.kill();
  }

  public void startAgain() {
    daemon = launch(folder);
    awaitOpen(address.substring(0, address.indexOf(':')));
  }
}
