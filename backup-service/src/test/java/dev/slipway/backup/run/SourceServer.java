package dev.slipway.backup.run;

import static org.awaitility.Awaitility.await;

import dev.slipway.backup.dump.DatabaseServer;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.Program;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.platform.database.ServerRecipe;
import dev.slipway.store.DatabaseServerStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real server for a database's row, on the stand's network, under the name it is looked for. */
final class SourceServer implements AutoCloseable {
  final DatabaseId id;
  private final Stand stand;
  private final Program program;
  private final DatabaseServer server;

  SourceServer(Stand stand, DatabaseEngine kind, String version, String name) {
    this(stand, kind, version, name, Map.of());
  }

  SourceServer(
      Stand stand, DatabaseEngine kind, String version, String name, Map<String, String> settings) {
    this.stand = stand;
    String user = kind.namesDatabases() ? "shop" : "default";
    this.id = stand.row(kind, version, name, user);
    this.server = stand.server(id);
    var access = new ServerAccess(user, new Secret(Stand.PASSWORD), "shop");
    var recipe = ServerRecipe.of(kind, version, access, settings);
    this.program =
        stand.engine.run(
            ProgramSpec.of(DatabaseServerStore.hostName(name, 1), server.image(), stand.labels())
                .args(recipe.args())
                .env(recipe.env())
                .networks(List.of(stand.network()))
                .build());
    Thread.ofVirtual().start(() -> drain(program));
    await(name).atMost(Duration.ofMinutes(3)).until(() -> code("sh", "-c", recipe.health()) == 0);
  }

  private static void drain(Program program) {
    try {
      program.stdout().transferTo(OutputStream.nullOutputStream());
    } catch (IOException | RuntimeException closed) {
      Thread.yield(); // it was closed
    }
  }

  private int code(String... command) {
    try (var run = stand.engine.exec(program.id(), ExecSpec.of(command))) {
      drain(run);
      return run.exitCode(Duration.ofMinutes(1));
    }
  }

  /** Gives its own client these statements, and returns what it prints. */
  String client(String statements) throws IOException {
    try (var run = start()) {
      run.stdin().write(statements.getBytes(StandardCharsets.UTF_8));
      run.stdin().close();
      String printed = new String(run.stdout().readAllBytes(), StandardCharsets.UTF_8);
      int code = run.exitCode(Duration.ofMinutes(2));
      if (code != 0) {
        throw new IOException("client ended with " + code + ": " + run.stderrTail());
      }
      return printed.strip();
    }
  }

  Program start() {
    var command =
        switch (server.engine()) {
          case POSTGRESQL -> List.of("psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1");
          case MARIADB ->
              List.of(
                  "mariadb",
                  "-uroot",
                  "-h127.0.0.1",
                  "--skip-ssl-verify-server-cert",
                  "-N",
                  "-B",
                  "shop");
          case MYSQL ->
              List.of(
                  "mysql", "-uroot", "-h127.0.0.1", "--get-server-public-key", "-N", "-B", "shop");
          case REDIS -> List.of("redis-cli", "--no-auth-warning");
          case VALKEY -> List.of("valkey-cli", "--no-auth-warning");
          case MONGODB -> List.of("mongosh");
        };
    return stand.engine.exec(
        program.id(),
        new ExecSpec(
            command,
            Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGUSER",
                "shop",
                "PGDATABASE",
                "shop",
                "PGPASSWORD",
                Stand.PASSWORD,
                "MYSQL_PWD",
                Stand.PASSWORD,
                "REDISCLI_AUTH",
                Stand.PASSWORD),
            null,
            true));
  }

  @Override
  public void close() {
    program.close();
  }
}
