package dev.slipway.platform.pg;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL per JVM for tests, stopped and removed with it, and as many fresh databases as
 * asked for.
 */
public final class TestPostgres {
  private static final AtomicInteger LAST = new AtomicInteger();
  private static @Nullable TestPostgres shared;

  private final EmbeddedPostgres server;

  private TestPostgres(EmbeddedPostgres server) {
    this.server = server;
  }

  /** The JVM's server, started at the first call. */
  public static synchronized TestPostgres shared() {
    TestPostgres known = shared;
    if (known == null) {
      known = start();
      shared = known;
    }
    return known;
  }

  private static TestPostgres start() {
    try {
      Path folder = Files.createTempDirectory("slipway-test-postgres");
      // Reachable for the unprivileged user that root's server runs as.
      Files.setPosixFilePermissions(
          folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
      // Unpacking takes seconds: the programs are shared by all test JVMs of this machine.
      Path programs =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "slipway-postgres-programs-" + System.getProperty("user.name"));
      EmbeddedPostgres server = EmbeddedPostgres.start(folder, programs);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, folder)));
      return new TestPostgres(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(EmbeddedPostgres server, Path folder) {
    server.stop();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The test server's folder could not be removed", e);
    }
  }

  /** A new, empty database. */
  public DatabaseUrl freshDatabase(Vertx vertx) {
    String name = "test_" + LAST.incrementAndGet();
    PgConnection connection = PgConnection.connect(vertx, server.url().connectOptions()).await();
    connection.query("CREATE DATABASE " + name).execute().await();
    connection.close().await();
    return server.url().withDatabase(name);
  }
}
