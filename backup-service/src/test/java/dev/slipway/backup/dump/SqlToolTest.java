package dev.slipway.backup.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.Program;
import dev.slipway.platform.config.Secret;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nothing is said in the open to a server that is to be talked to under TLS. */
class SqlToolTest {
  private final List<String> started = new ArrayList<>();
  private final List<String> said = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(
      value = DatabaseEngine.class,
      names = {"MARIADB", "MYSQL"})
  void aServerThatKnowsNoTlsIsLeftBeforeAnythingIsSaid(DatabaseEngine engine) {
    var server = server(engine);
    var tool = DumpTool.of(engine);
    try (var bench =
        new Bench(
            (what, command, env, stdin) -> client(command, ""), engine, Duration.ofMinutes(1))) {
      assertThatThrownBy(() -> tool.dump(bench, server))
          .isInstanceOfSatisfying(
              Problem.class, p -> assertThat(p.code()).isEqualTo("tls_missing"));
      assertThatThrownBy(() ->
              tool.fill(bench, server, new ByteArrayInputStream(new byte[9]), List.of(), true))
          .isInstanceOf(Problem.class);
    }
    assertThat(started)
        .hasSize(2)
        .allMatch(command -> !command.contains("dump ") && !command.contains("pa-ss-word"));
    assertThat(said)
        .hasSize(4)
        .allMatch(line -> line.contains("Ssl_cipher") || line.contains("mark"));
  }

  @ParameterizedTest
  @EnumSource(
      value = DatabaseEngine.class,
      names = {"MARIADB", "MYSQL"})
  void oneThatDoesIsAsked(DatabaseEngine engine) {
    var server = server(engine);
    try (var bench =
        new Bench(
            (what, command, env, stdin) -> client(command, "TLS_AES_256_GCM_SHA384"),
            engine,
            Duration.ofMinutes(1))) {
      assertThat(DumpTool.of(engine).count(bench, server).counts()).isEmpty();
    }
  }

  /** Somebody else's, under TLS. */
  private static DatabaseServer server(DatabaseEngine engine) {
    return new DatabaseServer(
        engine,
        "9",
        "image",
        List.of(),
        "192.0.2.7",
        3306,
        "ada",
        new Secret("pa-ss-word"),
        "shop",
        true,
        false);
  }

  /** A client of a server without tables. */
  private Program client(List<String> command, String cipher) {
    started.add(String.join(" ", command));
    return new PretendClient(line -> {
      said.add(line);
      return line.contains("Ssl_cipher")
          ? "Ssl_cipher\t" + cipher + "\n"
          : line.contains("mark") ? "slipway-mark\n" : "";
    });
  }
}
