package dev.slipway.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerRecipeTest {
  private static final ServerAccess ACCESS =
      new ServerAccess("app", new Secret("s3cr\"e\\t"), "main");

  @ParameterizedTest
  @EnumSource(DatabaseEngine.class)
  void thePasswordIsInTheEnvironmentAndNowhereElse(DatabaseEngine engine) {
    ServerRecipe recipe = ServerRecipe.of(engine, engine.defaultVersion(), ACCESS, Map.of());
    assertThat(recipe.env().values()).contains("s3cr\"e\\t");
    assertThat(recipe.args()).noneMatch(word -> word.contains("s3cr"));
    assertThat(recipe.health()).doesNotContain("s3cr");
    assertThat(recipe.toString()).doesNotContain("s3cr");
    assertThat(recipe.port()).isEqualTo(engine.port());
  }

  @Test
  void settingsBecomeArgumentsInTheOrderOfTheirNames() {
    Map<String, String> settings = Map.of("work_mem", "8MB", "max_connections", "50");
    assertThat(ServerRecipe.of(DatabaseEngine.POSTGRESQL, "17", ACCESS, settings).args())
        .containsExactly("postgres", "-c", "max_connections=50", "-c", "work_mem=8MB");
    assertThat(ServerRecipe.of(DatabaseEngine.MARIADB, "11.8", ACCESS, settings).args())
        .containsExactly("mariadbd", "--max_connections=50", "--work_mem=8MB");
  }

  @Test
  void aRedisServerReadsPasswordAndSettingsFromItsInput() {
    ServerRecipe plain =
        ServerRecipe.of(
            DatabaseEngine.REDIS,
            "8.0",
            new ServerAccess("default", new Secret("a\"b"), "0"),
            Map.of("maxmemory", "64mb"));
    assertThat(plain.env().get("SERVER_CONFIG"))
        .isEqualTo(
            "dir /data\nprotected-mode no\nappendonly yes\nmaxmemory 64mb\nrequirepass \"a\\\"b\"\n");
    assertThat(ServerRecipe.of(DatabaseEngine.VALKEY, "8.1", ACCESS, Map.of()).env())
        .extractingByKey("SERVER_CONFIG")
        .asString()
        .contains("user default off\nuser app on ~* &* +@all \">s3cr");
  }

  @Test
  void postgresqlFrom18OnHasItsVolumeOneFolderHigherAndItsDataWhereTheyWere() {
    ServerRecipe before = ServerRecipe.of(DatabaseEngine.POSTGRESQL, "17.2", ACCESS, Map.of());
    ServerRecipe since = ServerRecipe.of(DatabaseEngine.POSTGRESQL, "18", ACCESS, Map.of());
    assertThat(before.dataDirectory()).isEqualTo("/var/lib/postgresql/data");
    assertThat(since.dataDirectory()).isEqualTo("/var/lib/postgresql");
    assertThat(since.env().get("PGDATA")).isEqualTo(before.env().get("PGDATA"));
  }

  @Test
  void rootIsNotAskedForAsASecondUser() {
    ServerAccess root = new ServerAccess("root", new Secret("x"), "main");
    assertThat(ServerRecipe.of(DatabaseEngine.MYSQL, "8.4", root, Map.of()).env())
        .containsOnlyKeys("MYSQL_ROOT_PASSWORD", "MYSQL_DATABASE");
  }

  @Test
  void mysqlKeepsNoLogOfChangesUnlessItIsAskedFor() {
    assertThat(ServerRecipe.of(DatabaseEngine.MYSQL, "9.7", ACCESS, Map.of("log-bin", "x")).args())
        .containsExactly("mysqld", "--disable-log-bin", "--log-bin=x");
  }

  @Test
  void settingsThatBelongToThePlatformOrAreNoneAreRefused() {
    assertThat(ServerSettings.check(DatabaseEngine.POSTGRESQL, Map.of("work_mem", "8MB"))).isNull();
    assertThat(ServerSettings.check(DatabaseEngine.POSTGRESQL, Map.of("data_directory", "/")))
        .isNotNull();
    assertThat(ServerSettings.check(DatabaseEngine.MARIADB, Map.of("skip-grant_tables", "1")))
        .isNotNull();
    assertThat(ServerSettings.check(DatabaseEngine.REDIS, Map.of("save", "60 1\nrequirepass x")))
        .isNotNull();
    assertThat(ServerSettings.check(DatabaseEngine.REDIS, Map.of("-c", "x"))).isNotNull();
  }

  @Test
  void noOtherWayToWriteAReservedSettingIsTaken() {
    for (DatabaseEngine engine : List.of(DatabaseEngine.MARIADB, DatabaseEngine.MYSQL)) {
      for (String name :
          List.of(
              "loose-datadir",
              "Loose_skip-grant-tables",
              "skip-grant-tab",
              "skip_networking",
              "enable-skip-grant-tables",
              "skip-skip-name-resolve",
              "loose-skip-name-resolve",
              "skip-name-res",
              "disable_networking",
              "maximum-port",
              "datad",
              "bind_addr")) {
        assertThat(ServerSettings.check(engine, Map.of(name, "1"))).as(name).isNotNull();
      }
      for (String name :
          List.of(
              "max_connections",
              "sql_mode",
              "innodb_buffer_pool_size",
              "skip-name-resolve",
              "SKIP_EXTERNAL_LOCKING",
              "skip_log_bin")) {
        assertThat(ServerSettings.check(engine, Map.of(name, "1"))).as(name).isNull();
      }
    }
    assertThat(ServerSettings.check(DatabaseEngine.POSTGRESQL, Map.of("enable_sort", "off")))
        .isNull();
  }
}
