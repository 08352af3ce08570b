package dev.slipway.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
  private static final Path PROGRAMS =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "slipway-postgres-programs-" + System.getProperty("user.name"));

  @Test
  void keepsItsDataOverARestartAndUsesTheSamePort(@TempDir Path folder) throws Exception {
    open(folder);
    EmbeddedPostgres first = EmbeddedPostgres.start(folder, PROGRAMS);
    write(first);
    first.stop();
    assertThat(ProcessHandle.of(first.pid())).isEmpty();

    long started = System.nanoTime();
    EmbeddedPostgres second = EmbeddedPostgres.start(folder, PROGRAMS);
    System.out.println(
        "embedded PostgreSQL started in " + (System.nanoTime() - started) / 1_000_000 + " ms");
    try {
      assertThat(second.adopted()).isFalse();
      assertThat(second.url()).isEqualTo(first.url());
      assertThat(read(second)).isEqualTo(42);
    } finally {
      second.stop();
    }
  }

  @Test
  void adoptsTheServerThatOutlivedItsKilledStarter(@TempDir Path folder) throws Exception {
    open(folder);
    Process starter =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName(),
                folder.toString(),
                PROGRAMS.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long pid = Long.parseLong(starter.inputReader(StandardCharsets.UTF_8).readLine());
    starter.destroyForcibly().onExit().join();

    EmbeddedPostgres adopting = EmbeddedPostgres.start(folder, PROGRAMS);
    try {
      assertThat(adopting.adopted()).isTrue();
      assertThat(adopting.pid()).isEqualTo(pid);
      write(adopting);
      assertThat(read(adopting)).isEqualTo(42);
    } finally {
      adopting.stop();
    }
  }

  /** Starts a server, tells its pid, and waits to be killed. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] args) {
      System.out.println(EmbeddedPostgres.start(Path.of(args[0]), Path.of(args[1])).pid());
      LockSupport.park();
    }
  }

  @Test
  void worksInAFolderThatOnlyItsOwnerMayEnter(@TempDir Path folder) throws Exception {
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    EmbeddedPostgres server = EmbeddedPostgres.start(folder, PROGRAMS);
    try {
      write(server);
      assertThat(read(server)).isEqualTo(42);
    } finally {
      server.stop();
    }
  }

  @Test
  void startsOverTheTraceOfAServerThatWasKilled(@TempDir Path folder) throws Exception {
    open(folder);
    EmbeddedPostgres first = EmbeddedPostgres.start(folder, PROGRAMS);
    write(first);
    ProcessHandle server = ProcessHandle.of(first.pid()).orElseThrow();
    server.destroyForcibly();
    server.onExit().join();
    assertThat(folder.resolve("cluster/postmaster.pid")).exists();

    EmbeddedPostgres second = EmbeddedPostgres.start(folder, PROGRAMS);
    try {
      assertThat(second.adopted()).isFalse();
      assertThat(read(second)).isEqualTo(42);
    } finally {
      second.stop();
    }
  }

  @Test
  void aForeignProcessWithTheRecordedPidIsNoServerOfOurs(@TempDir Path folder) throws Exception {
    open(folder);
    EmbeddedPostgres first = EmbeddedPostgres.start(folder, PROGRAMS);
    first.stop();
    Path trace = folder.resolve("cluster/postmaster.pid");
    Files.writeString(
        trace, ProcessHandle.current().pid() + "\n/nowhere\n0\n5432\n\n*\n0\nready\n");

    EmbeddedPostgres second = EmbeddedPostgres.start(folder, PROGRAMS);
    try {
      assertThat(second.adopted()).isFalse();
    } finally {
      second.stop();
    }
  }

  /** The unprivileged user of root's server has to get here. */
  private static void open(Path folder) throws Exception {
    Files.setPosixFilePermissions(
        folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void write(EmbeddedPostgres server) {
    on(server, "CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer");
  }

  private static int read(EmbeddedPostgres server) {
    return on(server, "SELECT answer FROM kept");
  }

  private static int on(EmbeddedPostgres server, String sql) {
    Vertx vertx = Vertx.vertx();
    try {
      Database database = Database.connect(vertx, server.url(), 1);
      Integer answer =
          database
              .query(sql)
              .map(rows -> rows.size() == 0 ? 0 : rows.iterator().next().getInteger(0))
              .await();
      database.close().await();
      return answer;
    } finally {
      vertx.close().await();
    }
  }
}
