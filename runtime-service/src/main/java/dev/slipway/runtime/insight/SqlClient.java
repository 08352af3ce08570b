package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Connections;
import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Server;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code mariadb} and {@code mysql}, which differ in their name and in how TLS is asked for. */
final class SqlClient implements Client {
  /** A certificate of one's own making is common; that nobody reads along is what is asked for. */
  private static final List<String> MARIADB_TLS = List.of("--ssl", "--skip-ssl-verify-server-cert");

  private static final List<String> MYSQL_TLS = List.of("--ssl-mode=REQUIRED");

  private static final List<String> MYSQL_OPEN =
      List.of("--ssl-mode=DISABLED", "--get-server-public-key");

  private static final String VERSION = "select 'version', version();\n";
  private static final String ALL =
      VERSION
          + """
          select 'limit', @@max_connections;
          select 'size', coalesce(sum(data_length + index_length), 0)
            from information_schema.tables where table_schema = database();
          show global status like 'Threads_connected';
          """;

  /**
   * It remembers sizes for a day, those of tables that were empty then as nothing. Servers before 8
   * do not, and know no such setting.
   */
  private static final String MYSQL_FRESH =
      "/*!80000 set session information_schema_stats_expiry = 0 */;\n";

  private final String program;
  private final List<String> open;
  private final List<String> encrypted;
  private final String first;

  private SqlClient(String program, List<String> open, List<String> encrypted, String first) {
    this.program = program;
    this.open = open;
    this.encrypted = encrypted;
    this.first = first;
  }

  static SqlClient mariadb() {
    return new SqlClient("mariadb", List.of("--skip-ssl"), MARIADB_TLS, "");
  }

  static SqlClient mysql() {
    return new SqlClient("mysql", MYSQL_OPEN, MYSQL_TLS, MYSQL_FRESH);
  }

  @Override
  public List<String> command(Login login, Question question) {
    Server server = login.server();
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "--no-defaults",
                "--batch",
                "--skip-column-names",
                "--protocol=TCP",
                "--connect-timeout=" + Login.PATIENCE,
                "--host=" + login.address(),
                "--port=" + server.port(),
                "--user=" + server.user()));
    command.addAll(server.tls() ? encrypted : open);
    if (!server.database().isEmpty()) {
      command.add("--database=" + server.database());
    }
    return command;
  }

  @Override
  public Map<String, String> env(Login login) {
    return Map.of("MYSQL_PWD", login.server().password());
  }

  @Override
  public String input(Question question) {
    return question == Question.VERSION ? VERSION : first + ALL;
  }

  /**
   * The administrator's accounts have the same password. The one that we come in by is last: cut
   * short, the same is done once more.
   */
  @Override
  public Optional<String> newPassword(String user, String fresh) {
    StringBuilder statements = new StringBuilder();
    for (String account :
        new LinkedHashSet<>(List.of("'" + user + "'@'%'", "'root'@'localhost'", "'root'@'%'"))) {
      statements
          .append("alter user if exists ")
          .append(account)
          .append(" identified by '")
          .append(fresh.replace("\\", "\\\\").replace("'", "''"))
          .append("';\n");
    }
    return Optional.of(statements.toString());
  }

  @Override
  public String version(String output) {
    return value(output, "version");
  }

  @Override
  public Insights insights(String output) {
    int used = Math.max(0, Integer.parseInt(value(output, "Threads_connected")) - 1); // not ours
    return new Insights(
        version(output),
        Long.parseLong(value(output, "size")),
        new Connections(used, Integer.valueOf(value(output, "limit")), Map.of()),
        null,
        List.of());
  }

  private static String value(String output, String name) {
    return output
        .lines()
        .filter(line -> line.startsWith(name + "\t"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow(() -> new Unanswered(name));
  }
}
