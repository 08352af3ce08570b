package dev.slipway.runtime.insight;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.database.DatabaseContract;
import dev.slipway.contracts.database.DatabaseContract.Connections;
import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Query;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.platform.bus.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code psql}. Each answer is one line with a letter before it; what a server does not let us see
 * leaves its line out and the others as they are.
 */
final class PostgresClient implements Client {
  private static final String FACTS = "F ";
  private static final String STATEMENTS = "S ";
  private static final String RUNNING = "R ";

  private static final String VERSION =
      "select 'F ' || json_build_object('version', current_setting('server_version'));\n";

  private static final String ALL =
      """
      set statement_timeout = '10s';
      select 'F ' || json_build_object(
          'version', current_setting('server_version'),
          'size', pg_database_size(current_database()),
          'limit', current_setting('max_connections')::int,
          'states', (select coalesce(json_object_agg(state, n), '{}') from (
            select coalesce(state, 'other') as state, count(*) as n from pg_stat_activity
              where backend_type = 'client backend' and pid <> pg_backend_pid() group by 1) s));
      select coalesce((select n.nspname from pg_extension e
          join pg_namespace n on n.oid = e.extnamespace
          where e.extname = 'pg_stat_statements'), '') as found \\gset
      \\if :{?found}
      select :'found' <> '' as there \\gset
      \\if :there
      select 'S ' || coalesce(json_agg(q), '[]') from (
          select left(s.query, 500) as query, s.calls, s.total_exec_time as total,
              s.mean_exec_time as mean, s.rows
            from :"found".pg_stat_statements s join pg_database d on d.oid = s.dbid
            where d.datname = current_database() and s.calls > 0
            order by s.mean_exec_time desc limit %1$d) q;
      \\endif
      \\endif
      select 'R ' || coalesce(json_agg(q), '[]') from (
          select left(query, 500) as query, 1 as calls,
              extract(epoch from clock_timestamp() - query_start) * 1000 as total
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
              and backend_type = 'client backend' and state <> 'idle' and query <> ''
            order by query_start limit %1$d) q;
      """
          .formatted(DatabaseContract.MOST_QUERIES);

  @Override
  public List<String> command(Login login, Question question) {
    return List.of("psql", "-X", "-w", "-q", "-A", "-t");
  }

  @Override
  public Map<String, String> env(Login login) {
    Server server = login.server();
    Map<String, String> env = new HashMap<>();
    env.put("PGHOST", server.host());
    env.put("PGHOSTADDR", login.address());
    env.put("PGPORT", Integer.toString(server.port()));
    env.put("PGUSER", server.user());
    env.put("PGPASSWORD", server.password());
    env.put("PGDATABASE", server.database().isEmpty() ? server.user() : server.database());
    env.put("PGSSLMODE", server.tls() ? "require" : "disable");
    env.put("PGCONNECT_TIMEOUT", Integer.toString(Login.PATIENCE));
    env.put("PGAPPNAME", "slipway");
    env.put("PGCLIENTENCODING", "UTF8");
    env.put("LC_ALL", "C");
    return env;
  }

  @Override
  public String input(Question question) {
    return question == Question.VERSION ? VERSION : ALL;
  }

  @Override
  public Optional<String> newPassword(String user, String fresh) {
    return Optional.of(
        "\\set ON_ERROR_STOP on\nalter role current_user password '"
            + fresh.replace("'", "''")
            + "';\nselect 'F {}';\n");
  }

  @Override
  public String version(String output) {
    return facts(output).path("version").asText();
  }

  @Override
  public Insights insights(String output) {
    JsonNode facts = facts(output);
    Map<String, Integer> states = new HashMap<>();
    facts.path("states").properties().forEach(s -> states.put(s.getKey(), s.getValue().asInt()));
    Optional<String> statements = line(output, STATEMENTS);
    return new Insights(
        facts.path("version").asText(),
        facts.path("size").asLong(),
        new Connections(
            states.values().stream().mapToInt(Integer::intValue).sum(),
            facts.path("limit").asInt(),
            states),
        statements.isPresent() ? "pg_stat_statements" : "running",
        queries(statements.or(() -> line(output, RUNNING)).orElse("[]")));
  }

  private static JsonNode facts(String output) {
    return Json.read(
        line(output, FACTS).orElseThrow(() -> new Unanswered("facts")), JsonNode.class);
  }

  private static List<Query> queries(String json) {
    List<Query> queries = new ArrayList<>();
    for (JsonNode query : Json.read(json, JsonNode.class)) {
      double total = query.path("total").asDouble();
      queries.add(
          new Query(
              QueryText.withoutValues(query.path("query").asText()),
              Math.max(1, query.path("calls").asLong()),
              total,
              query.path("mean").asDouble(total),
              rows(query)));
    }
    return queries;
  }

  private static @Nullable Long rows(JsonNode query) {
    return query.path("rows").isNumber() ? query.path("rows").asLong() : null;
  }

  private static Optional<String> line(String output, String mark) {
    return output
        .lines()
        .filter(line -> line.startsWith(mark))
        .map(line -> line.substring(mark.length()))
        .findFirst();
  }
}
