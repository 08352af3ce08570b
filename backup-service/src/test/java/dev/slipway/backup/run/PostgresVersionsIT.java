package dev.slipway.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.backup.Restore;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.java.JavaDockerEngine;
import dev.slipway.platform.pg.PostgresExtension;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The versions of PostgreSQL that no other test runs: each by its own server and tools. */
@Tag("docker")
class PostgresVersionsIT {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  @TempDir static Path folder;

  private static final DockerEngine ENGINE = JavaDockerEngine.at(JavaDockerEngine.DEFAULT_HOST);
  private static Stand stand;

  @BeforeAll
  static void aStand() {
    stand = new Stand(POSTGRES.database(), ENGINE, folder);
  }

  @AfterAll
  static void nothingStays() {
    stand.close();
    ENGINE.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"13", "14", "16", "18"})
  void aBackupIsTakenProvenAndRestored(String version) throws Exception {
    Assumptions.assumeTrue(
        ENGINE.image("slipway-base/postgres:" + version).isPresent(),
        "no image of PostgreSQL " + version + "; scripts/base-images.sh postgres" + version);
    try (var shop = server("v" + version, version);
        var copy = server("v" + version + "-copy", version)) {
      shop.client(
          """
          create schema "odd name";
          create table orders(id bigserial primary key, what text, twice int generated always as (7 * 2) stored);
          create table "odd name"."it's"(a int);
          insert into orders(what) select 'it''s ' || n from generate_series(1, 5000) n;
          insert into "odd name"."it's" values (1), (2);
          create view recent as select * from orders;
          create function seven() returns int language sql as 'select 7';
          """);
      var backup = stand.run(stand.ask(shop.id));
      assertThat(stand.told(backup)).isEqualTo("verified");
      var manifest = Objects.requireNonNull(backup.manifest());
      assertThat(manifest.tool()).startsWith("pg_dump (PostgreSQL) " + version);
      assertThat(manifest.counts())
          .containsExactlyInAnyOrderEntriesOf(Map.of("public.orders", 5000L, "odd name.it's", 2L));
      Restore restore = stand.runRestore(stand.askRestore(backup.id(), copy.id, false));
      assertThat(restore.failure()).isNull();
      assertThat(copy.client("select count(*), sum(twice), seven() from orders;"))
          .isEqualTo("5000|70000|7");
    }
  }

  private static SourceServer server(String name, String version) {
    return new SourceServer(
        stand, DatabaseEngine.POSTGRESQL, version, name + "-" + stand.installation);
  }
}
