package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.bus.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * PostgreSQL by {@code pg_dump} in its custom form, uncompressed: the stream compresses. Rows are
 * counted by the source itself in the very snapshot that is dumped, so counts are exact while
 * others write.
 *
 * <p>What a dump of one database leaves out: other roles and their grants, other databases,
 * settings of the server. What is restored belongs to the user who restores it.
 */
final class PostgresTool implements DumpTool {
  static final List<String> PSQL =
      List.of("psql", "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1");
  static final String ECHO = "\\echo %s";

  /**
   * One statement per table that a dump holds the rows of. Not those of others' servers, nor what
   * extensions bring themselves; {@code ONLY}, because heirs are counted under their own names.
   */
  private static final String COUNTS =
      """
      select format('select count(*)::text || '' '' || to_json(%L::text)::text from only %I.%I',
          n.nspname || '.' || c.relname, n.nspname, c.relname)
        from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and c.relpersistence <> 't'
          and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
          and not exists (select 1 from pg_catalog.pg_depend d
            join pg_catalog.pg_extension e on e.oid = d.refobjid
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
              and d.deptype = 'e' and not c.oid = any (coalesce(e.extconfig, '{}')))
        order by n.nspname, c.relname
      \\gexec
      select count(*)::text || ' "large objects"' from pg_catalog.pg_largeobject_metadata
        having count(*) > 0;
      """;

  @Override
  public String format() {
    return "pg_dump-custom";
  }

  @Override
  public String ending() {
    return ".pgdump";
  }

  @Override
  public Dump dump(Bench bench, DatabaseServer source) {
    return PostgresDump.begin(bench, source);
  }

  static Map<String, String> env(DatabaseServer server) {
    Map<String, String> env = new HashMap<>();
    env.put("PGHOST", server.host());
    env.put("PGPORT", Integer.toString(server.port()));
    env.put("PGUSER", server.user());
    env.put("PGPASSWORD", server.password().reveal());
    env.put("PGDATABASE", server.database());
    env.put("PGSSLMODE", server.tls() ? "require" : "prefer");
    env.put("PGCONNECT_TIMEOUT", "15");
    env.put("PGAPPNAME", "slipway-backup");
    return env;
  }

  @Override
  public Map<String, String> scratchSettings(long plainBytes) {
    return Map.of(
        "fsync", "off",
        "full_page_writes", "off",
        "synchronous_commit", "off",
        "wal_level", "minimal",
        "max_wal_senders", "0",
        "max_wal_size", "1GB",
        "autovacuum", "off",
        "max_parallel_maintenance_workers", "0",
        "max_parallel_workers_per_gather", "0");
  }

  @Override
  public void fill(
      Bench bench, DatabaseServer target, InputStream content, List<String> only, boolean replace)
      throws IOException {
    boolean anew = replace && only.isEmpty() && target.ours();
    if (anew) {
      empty(bench, target);
    }
    List<String> command = new ArrayList<>(List.of("pg_restore", "-w"));
    command.addAll(List.of("--exit-on-error", "--no-owner", "--no-acl"));
    command.addAll(List.of("--dbname", target.database()));
    if (replace && !anew) {
      command.addAll(List.of("--clean", "--if-exists"));
    }
    command.addAll(parts(only));
    try (var run = bench.start("pg_restore", command, env(target), true)) {
      run.feed(content);
    }
  }

  /** A database that is made anew has nothing left of an attempt before. */
  private static void empty(Bench bench, DatabaseServer target) {
    var elsewhere = target.inDatabase("template1");
    String name = "\"" + target.database().replace("\"", "\"\"") + "\"";
    try (var session = session(bench, elsewhere)) {
      session.ask("drop database if exists " + name + " with (force);");
      session.ask("create database " + name + " template template0;");
      session.leave();
    }
  }

  /** {@code pg_restore} takes names of tables and of schemas, each apart from the other. */
  private static List<String> parts(List<String> only) {
    List<String> arguments = new ArrayList<>();
    String schema = null;
    for (String part : only) {
      int dot = part.indexOf('.');
      String ofTable = dot < 0 ? "public" : part.substring(0, dot);
      if (schema == null) {
        schema = ofTable;
        arguments.add("--schema=" + schema);
      }
      if (!schema.equals(ofTable)) {
        throw new Problem(
            422,
            "restore_part_unsupported",
            "Not in one restore",
            "These tables are in several schemas: " + schema + " and " + ofTable + ".",
            "Restore the tables of one schema at a time.",
            List.of(),
            null);
      }
      arguments.add("--table=" + part.substring(dot + 1));
    }
    return arguments;
  }

  @Override
  public boolean covers(List<String> only, String counted) {
    return only.isEmpty()
        || only.stream()
            .map(part -> part.contains(".") ? part : "public." + part)
            .anyMatch(counted::equals);
  }

  static Session session(Bench bench, DatabaseServer server) {
    return new Session(bench.start("psql", PSQL, env(server), true), ECHO);
  }

  @Override
  public Restored count(Bench bench, DatabaseServer server) {
    try (var session = session(bench, server)) {
      var counts = counts(session);
      session.leave();
      return Restored.of(counts);
    }
  }

  static SortedMap<String, Long> counts(Session session) {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (String line : session.ask("set row_security = off;\n" + COUNTS)) {
      int space = line.indexOf(' ');
      if (space < 1) {
        throw session.run().tooEarly("It answered no count.");
      }
      counts.put(
          Json.read(line.substring(space + 1), String.class),
          Long.parseLong(line.substring(0, space)));
    }
    return counts;
  }
}
