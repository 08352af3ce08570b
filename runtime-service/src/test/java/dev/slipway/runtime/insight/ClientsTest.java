package dev.slipway.runtime.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseContract.Server;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.runtime.insight.Client.Question;
import dev.slipway.runtime.insight.Client.Unanswered;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ClientsTest {
  private static final String PASSWORD = "pa-ss-word";

  private static Login login(DatabaseEngine engine) {
    return new Login(
        new Server(engine, "db.example.org", 7000, "ada", PASSWORD, "shop", true), "192.0.2.7");
  }

  @ParameterizedTest
  @EnumSource(DatabaseEngine.class)
  void noPasswordIsEverAnArgumentAndTheClientConnectsToTheJudgedAddress(DatabaseEngine engine) {
    Client client = Client.of(engine);
    for (Question question : Question.values()) {
      String arguments = String.join(" ", client.command(login(engine), question));
      assertThat(arguments + client.input(question)).doesNotContain(PASSWORD);
      assertThat(arguments + client.env(login(engine))).contains("192.0.2.7").contains("7000");
    }
    assertThat(login(engine).toString()).doesNotContain(PASSWORD);
  }

  @Test
  void postgresqlTellsSlowQueriesFromItsStatisticsWithoutTheirValues() {
    Insights told =
        Client.of(DatabaseEngine.POSTGRESQL)
            .insights(
                """
                F {"version" : "17.6", "size" : 8000, "limit" : 100, "states" : {"active":1,"idle":4}}
                S [{"query":"select * from t where a = 'x' and b = $1","calls":3,"total":30.5,"mean":10.1,"rows":9}]
                R [{"query":"vacuum","calls":1,"total":5}]
                """);

    assertThat(told.serverVersion()).isEqualTo("17.6");
    assertThat(told.connections().used()).isEqualTo(5);
    assertThat(told.connections().byState()).isEqualTo(Map.of("active", 1, "idle", 4));
    assertThat(told.querySource()).isEqualTo("pg_stat_statements");
    assertThat(told.queries().getFirst().query())
        .isEqualTo("select * from t where a = ? and b = $1");
    assertThat(told.queries().getFirst().rows()).isEqualTo(9);
  }

  @Test
  void withoutTheExtensionPostgresqlTellsWhatRunsLongest() {
    Insights told =
        Client.of(DatabaseEngine.POSTGRESQL)
            .insights(
                "F {\"version\":\"15.1\",\"size\":1,\"limit\":10,\"states\":{}}\n"
                    + "R [{\"query\":\"select pg_sleep(60)\",\"calls\":1,\"total\":1500.0}]\n");

    assertThat(told.querySource()).isEqualTo("running");
    assertThat(told.queries().getFirst().query()).isEqualTo("select pg_sleep(?)");
    assertThat(told.queries().getFirst().meanMs()).isEqualTo(1500.0);
    assertThat(told.queries().getFirst().rows()).isNull();
  }

  @Test
  void mariadbAndRedisTellSizeAndConnectionsWithoutOurOwn() {
    Insights maria =
        Client.of(DatabaseEngine.MARIADB)
            .insights("version\t11.8.3-MariaDB\nlimit\t151\nsize\t4096\nThreads_connected\t3\n");
    Insights redis =
        Client.of(DatabaseEngine.REDIS)
            .insights(
                "# Server\r\nredis_version:8.0.2\r\nused_memory:1234\r\nconnected_clients:1\r\nmaxclients:10000\r\n");

    assertThat(maria.sizeBytes()).isEqualTo(4096);
    assertThat(maria.connections().used()).isEqualTo(2);
    assertThat(maria.connections().limit()).isEqualTo(151);
    assertThat(redis.serverVersion()).isEqualTo("8.0.2");
    assertThat(redis.connections().used()).isZero();
    assertThat(redis.sizeBytes()).isEqualTo(1234);
  }

  @ParameterizedTest
  @EnumSource(
      value = DatabaseEngine.class,
      names = {"REDIS", "VALKEY"},
      mode = EnumSource.Mode.EXCLUDE)
  void aServerThatKeepsItsUsersInItsDataIsToldTheirNewPassword(DatabaseEngine engine) {
    assertThat(Client.of(engine).newPassword("ada", "fresh")).isPresent();
  }

  @Test
  void mysqlIsAskedForSizesOfNow() {
    assertThat(Client.of(DatabaseEngine.MYSQL).input(Question.ALL))
        .startsWith("/*!80000 set session information_schema_stats_expiry = 0 */;");
    assertThat(Client.of(DatabaseEngine.MARIADB).input(Question.ALL))
        .doesNotContain("information_schema_stats_expiry");
  }

  @ParameterizedTest
  @EnumSource(DatabaseEngine.class)
  void anOutputWithoutAnAnswerIsNoAnswer(DatabaseEngine engine) {
    Client client = Client.of(engine);
    assertThatThrownBy(() -> client.version("something else\n")).isInstanceOf(Unanswered.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "select 1|select ?",
        "select 'it''s', e'a\\'b' from t2 where c=-1.5e3|select ?, ? from t2 where c=-?",
        "select \"it's\" from t where x='secret'|select \"it's\" from t where x=?",
        "select $$secret$$, $1|select ?, $1",
        "select 'C:\\', 'secret'|select ?, ?",
        "insert into t values ('cut off|insert into t values (?",
        "select $tag$secret$tag$, $1|select ?, $1",
        "select a /* secret */ from b -- secret|select a ? from b ?"
      })
  void valuesAreTakenOutOfQueries(String query, String without) {
    assertThat(QueryText.withoutValues(query)).isEqualTo(without);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "FATAL:  password authentication failed for user \"ada\"|login_refused",
        "FATAL:  role \"ada\" does not exist|login_refused",
        "FATAL:  database \"shop\" does not exist|database_unknown",
        "no pg_hba.conf entry for host \"192.0.2.1\", user \"ada\", no encryption|tls_required",
        "no pg_hba.conf entry for host \"192.0.2.1\"|login_refused",
        "connection to server at \"192.0.2.7\", port 5432 failed: Connection refused|connection_refused",
        "connection to server failed: timeout expired|connection_timeout",
        "server does not support SSL, but SSL was required|tls_failed",
        "ERROR 1045 (28000): Access denied for user 'ada'@'192.0.2.1'|login_refused",
        "ERROR 1049 (42000): Unknown database 'shop'|database_unknown",
        "ERROR 2002 (HY000): Can't connect to server on '192.0.2.7' (111)|connection_refused",
        "ERROR 2002 (HY000): Can't connect to server on '192.0.2.7' (115)|connection_refused",
        "Connections using insecure transport are prohibited while --require_secure_transport=ON.|tls_required",
        "AUTH failed: WRONGPASS invalid username-password pair or user is disabled.|login_refused",
        "NOAUTH Authentication required.|login_refused",
        "Could not connect to Redis at 192.0.2.7:6379: Connection refused|connection_refused",
        "something that nobody knows|connection_failed"
      })
  void whatClientsSayBecomesACodeAndARemedy(String said, String code) {
    Server server = login(DatabaseEngine.POSTGRESQL).server();
    assertThat(Refusals.of(server, said).code()).isEqualTo(code);
    assertThat(Refusals.of(server, said).remedy()).isNotBlank();
  }
}
