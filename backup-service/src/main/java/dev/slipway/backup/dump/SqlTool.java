package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * MariaDB and MySQL by {@code mariadb-dump} and {@code mysqldump} in one transaction. Their
 * snapshot cannot be shared with a second session, so the rows are counted in the stream itself
 * ({@link SqlRows}): exact by construction for what was dumped. That the dump is no less than the
 * source is seen from its tables: each that was there before and after must be in it, and not empty
 * when it was not.
 *
 * <p>Tables of engines without transactions are dumped as they are at that moment, which the tools
 * do not do better.
 */
final class SqlTool implements DumpTool {
  private static final String ECHO = "select '%s';";
  private static final String UNNAMED = "--skip-ssl-verify-server-cert";

  /** Its client goes on in the open when the server knows no TLS, whatever it was told. */
  private static final String CIPHER = "show session status like 'Ssl_cipher';";

  private static final String BIG_ROWS = "--max-allowed-packet=1G";

  /** Sequences and views hold no rows of their own. */
  private static final String TABLES =
      """
      select hex(table_name) from information_schema.tables
        where table_schema = database() and table_type in ('BASE TABLE', 'SYSTEM VERSIONED');
      """;

  private final String client;
  private final String dumper;
  private final List<String> peculiar;
  private final List<String> elsewhere;
  private final List<String> tls;
  private final List<String> open;

  /**
   * The tools of a brand.
   *
   * @param peculiar what only its dumper knows
   * @param elsewhere the same, at a server of somebody else
   * @param tls what its programs are told where nothing may be said in the open
   * @param open and where that is allowed
   */
  private SqlTool(
      String client,
      String dumper,
      List<String> peculiar,
      List<String> elsewhere,
      List<String> tls,
      List<String> open) {
    this.client = client;
    this.dumper = dumper;
    this.peculiar = peculiar;
    this.elsewhere = elsewhere;
    this.tls = tls;
    this.open = open;
  }

  static SqlTool mariadb() {
    return new SqlTool(
        "mariadb",
        "mariadb-dump",
        List.of(),
        List.of(),
        // the address that was judged is in no certificate, and since 11.4 it would ask for one
        List.of("--ssl", UNNAMED),
        List.of(UNNAMED));
  }

  static SqlTool mysql() {
    return new SqlTool(
        "mysql",
        "mysqldump",
        List.of("--set-gtid-purged=OFF", "--column-statistics=0"),
        // since 9.7 it reads them in a table of the server's own, which only its owner may
        List.of("--loose-skip-masking-policies"),
        List.of("--ssl-mode=REQUIRED"),
        // a server without TLS takes a password only under a key that it hands out
        List.of("--get-server-public-key"));
  }

  @Override
  public String format() {
    return dumper;
  }

  @Override
  public String ending() {
    return ".sql";
  }

  private List<String> connecting(String program, DatabaseServer server) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.add("--host=" + server.host());
    command.add("--port=" + server.port());
    command.add("--protocol=tcp");
    // the owner of a server of ours; its password is the same, and its rights are all
    command.add("--user=" + (server.ours() ? "root" : server.user()));
    command.add("--default-character-set=utf8mb4");
    command.addAll(server.tls() ? tls : open);
    return command;
  }

  private static Map<String, String> env(DatabaseServer server) {
    Map<String, String> env = new HashMap<>();
    env.put("MYSQL_PWD", server.password().reveal());
    return env;
  }

  /** A name that stands alone would be an option if it began like one. */
  private static String database(DatabaseServer server) {
    return "--database=" + server.database();
  }

  Session session(Bench bench, DatabaseServer server) {
    List<String> command = connecting(client, server);
    command.addAll(
        List.of("--batch", "--skip-column-names", "--unbuffered", "--connect-timeout=15"));
    command.add(database(server));
    var session = new Session(bench.start(client, command, env(server), true), ECHO);
    if (server.tls()) {
      requireTls(session, server);
    }
    return session;
  }

  private static void requireTls(Session session, DatabaseServer server) {
    try {
      if (session.one(CIPHER).split("\t").length < 2) {
        throw new Problem(
            422,
            "tls_missing",
            "Not in the open",
            "The server at " + server.host() + " knows no TLS, which its URL asks for.",
            "Let the server speak TLS, or take that out of the database's URL.",
            List.of(),
            null);
      }
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public Dump dump(Bench bench, DatabaseServer source) {
    var session = session(bench, source);
    try {
      String version = session.one("select version();");
      var before = census(session);
      List<String> command = connecting(dumper, source);
      command.addAll(List.of("--single-transaction", "--quick", "--routines", "--events"));
      command.addAll(List.of("--triggers", "--hex-blob", "--no-tablespaces", BIG_ROWS));
      command.addAll(peculiar);
      command.addAll(source.ours() ? List.of() : elsewhere);
      command.addAll(List.of("--", source.database()));
      var run = bench.start(dumper, command, env(source), false);
      return new SqlDump(this, session, run, before, version);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** The tables that are there, and whether each holds a row. */
  SortedMap<String, Boolean> census(Session session) {
    var ask = new StringBuilder();
    for (String hex : session.ask(TABLES)) {
      ask.append("select '%s', exists(select 1 from %s);\n".formatted(hex, quoted(name(hex))));
    }
    SortedMap<String, Boolean> census = new TreeMap<>();
    for (String line : session.ask(ask.toString())) {
      String[] cells = line.split("\t");
      census.put(name(cells[0]), cells[1].equals("1"));
    }
    return census;
  }

  private static String name(String hex) {
    try {
      return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.failed(
          "tool_failed",
          "The server's client answered something else than a table's name.",
          "Take the backup again.",
          e);
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Override
  public Map<String, String> scratchSettings(long plainBytes) {
    return Map.of(
        "innodb-flush-log-at-trx-commit", "0",
        "innodb-doublewrite", "0",
        "max-allowed-packet", "1G",
        "sync-binlog", "0");
  }

  @Override
  public void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace)
      throws IOException {
    if (!only.isEmpty()) {
      throw new Problem(
          422,
          "restore_part_unsupported",
          "Not by this tool",
          "A dump of " + dumper + " is restored as a whole.",
          "Restore it into a new database, and copy the tables from there.",
          List.of(),
          null);
    }
    if (replace && target.ours()) {
      empty(bench, target);
    } else if (target.tls()) {
      session(bench, target).close(); // before anything is said
    }
    List<String> command = connecting(client, target);
    command.addAll(List.of("--batch", BIG_ROWS, database(target)));
    try (var run = bench.start(client, command, env(target), true)) {
      run.feed(content);
    }
  }

  private void empty(Bench bench, DatabaseServer target) {
    String name = quoted(target.database());
    try (var session = session(bench, target)) {
      session.ask("drop database if exists " + name + ";\ncreate database " + name + ";");
      session.leave();
    }
  }

  @Override
  public Restored count(Bench bench, DatabaseServer server) {
    try (var session = session(bench, server)) {
      SortedMap<String, Long> counts = new TreeMap<>();
      var ask = new StringBuilder();
      for (String hex : new TreeSet<>(session.ask(TABLES))) {
        ask.append("select '%s', count(*) from %s;\n".formatted(hex, quoted(name(hex))));
      }
      for (String line : session.ask(ask.toString())) {
        String[] cells = line.split("\t");
        counts.put(name(cells[0]), Long.parseLong(cells[1]));
      }
      session.leave();
      return Restored.of(counts);
    }
  }
}
