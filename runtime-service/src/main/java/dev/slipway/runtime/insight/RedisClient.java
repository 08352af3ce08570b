package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Connections;
import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code redis-cli} and {@code valkey-cli}: everything is in the answer to one command. */
final class RedisClient implements Client {
  private final String program;

  RedisClient(String program) {
    this.program = program;
  }

  @Override
  public List<String> command(Login login, Question question) {
    Server server = login.server();
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "-h",
                login.address(),
                "-p",
                Integer.toString(server.port()),
                "--no-auth-warning"));
    if (!server.user().isEmpty() && !server.user().equals("default")) {
      command.addAll(List.of("--user", server.user()));
    }
    if (server.tls()) {
      command.addAll(List.of("--tls", "--insecure", "--sni", server.host()));
    }
    command.add("INFO");
    return command;
  }

  @Override
  public Map<String, String> env(Login login) {
    String password = login.server().password();
    return password.isEmpty() ? Map.of() : Map.of("REDISCLI_AUTH", password);
  }

  @Override
  public String input(Question question) {
    return "";
  }

  @Override
  public String version(String output) {
    return value(output, "valkey_version")
        .or(() -> value(output, "redis_version"))
        .orElseThrow(() -> new Unanswered("version"));
  }

  @Override
  public Insights insights(String output) {
    return new Insights(
        version(output),
        number(output, "used_memory").orElse(0L),
        new Connections(
            (int) Math.max(0, number(output, "connected_clients").orElse(1L) - 1), // not ours
            number(output, "maxclients").map(Long::intValue).orElse(null),
            Map.of()),
        null,
        List.of());
  }

  private static Optional<Long> number(String output, String name) {
    return value(output, name).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
  }

  private static Optional<String> value(String output, String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
