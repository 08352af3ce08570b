package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.platform.secrets.PlainVault;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ResealingTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private final Database database = POSTGRES.database();
  private final EnvelopeVault vault =
      EnvelopeVault.open(
              database,
              MasterKeys.from(
                  Settings.of(Map.of("SLIPWAY_MASTER_KEY", "0123456789abcdef".repeat(4)))),
              "test")
          .await();

  @BeforeEach
  void nothingSealed() {
    POSTGRES.clear("environments", "project_environments");
  }

  private static List<EnvironmentVariable> one(String value) {
    return List.of(
        new EnvironmentVariable("TOKEN", value, true, Instant.EPOCH, "ada"),
        new EnvironmentVariable("MODE", "plain:v1:really", false, Instant.EPOCH, "ada"));
  }

  private String stored() {
    return database
        .one("select string_agg(items::text, ' ') as all_items from environments")
        .await()
        .getString("all_items");
  }

  @Test
  void whatAnEarlierVersionLeftReadableIsSealedOnceAndInBatches() {
    ApplicationId id = Samples.application(database).id();
    var before = new EnvironmentStore(database, new PlainVault());
    int versions = Resealing.BATCH * 2 + 7;
    for (int i = 0; i < versions; i++) {
      String value = "canary-" + i;
      before.edit(id, "ada", items -> one(value)).await();
    }
    assertThat(stored()).contains("canary-7");

    assertThat(new Resealing(database, vault).sealPlain()).isEqualTo(versions);
    assertThat(stored()).doesNotContain("canary").doesNotContain("really");
    assertThat(new Resealing(database, vault).sealPlain()).isZero();

    var after = new EnvironmentStore(database, vault);
    assertThat(after.version(id, 8).await().values())
        .isEqualTo(Map.of("TOKEN", "canary-7", "MODE", "plain:v1:really"));
    assertThat(after.current(id).await().values()).containsEntry("TOKEN", "canary-206");
  }

  @Test
  void aDamagedRowIsNamedAndNothingOfItIsShown() {
    ApplicationId id = Samples.application(database).id();
    new EnvironmentStore(database, vault).edit(id, "ada", items -> one("canary")).await();
    database
        .script(
            "update environments set items = replace(items::text, '\"sealed:v1:', '\"sealed:v1:0')::jsonb")
        .await();
    assertThatThrownBy(() -> new Resealing(database, vault).sealWith("00000000", rows -> {}))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("environments (application_id " + id.value() + ", version 1)")
        .hasMessageNotContaining("canary");
    POSTGRES.clear("environments");
  }

  /** A new sealed column that is not listed would be unreadable after the next rotation. */
  @Test
  void everySealedColumnIsListed() {
    List<String> named =
        database
            .list(
                """
                select table_name || '.' || column_name as name from information_schema.columns
                  where table_schema = 'public' and column_name like '%\\_sealed' order by 1
                """,
                row -> row.getString("name"))
            .await();
    assertThat(
            SealedColumns.ALL.stream()
                .filter(column -> column.shape() == SealedColumns.Shape.TEXT)
                .map(column -> column.table() + "." + column.column())
                .sorted())
        .containsExactlyElementsOf(named);
  }
}
