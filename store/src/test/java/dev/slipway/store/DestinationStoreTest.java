package dev.slipway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.PlainVault;
import dev.slipway.platform.secrets.Vault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DestinationStoreTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Database database = POSTGRES.database();
  private final Vault vault = new PlainVault();
  private final DestinationStore destinations = new DestinationStore(database, vault);

  @Test
  void everyInstallationHasALocalOneThatStays() {
    assertThat(destinations.get("local").await().type()).isEqualTo("local");
    assertThatThrownBy(() -> destinations.remove("local").await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("destination_needed"));
  }

  @Test
  void secretsAreOpenedOnlyForUse() {
    String id = s3();
    assertThat(destinations.get(id).await().secrets()).containsExactly("secretKey");
    assertThat(destinations.get(id).await().toString()).doesNotContain("hush");
    assertThat(destinations.open(id).await().secrets()).containsEntry("secretKey", "hush");
    assertThat(destinations.open(id).await().toString()).doesNotContain("hush");
  }

  @Test
  void aChangeKeepsWhatItDoesNotNameAndForgetsTheLastCheck() {
    String id = s3();
    destinations
        .checked(
            destinations.open(id).await(),
            new DestinationStore.CheckFailure("destination_denied", "No.", "Ask."))
        .await();
    assertThat(destinations.get(id).await().checkFailure()).isNotNull();
    var changed = destinations.change(id, null, Map.of("bucket", "other"), Map.of(), 1L).await();
    assertThat(changed.settings()).containsEntry("bucket", "other").containsKey("endpoint");
    assertThat(changed.secrets()).containsExactly("secretKey");
    assertThat(changed.checkFailure()).isNull();
    assertThatThrownBy(() -> destinations.change(id, null, Map.of(), Map.of(), 1L).await())
        .isInstanceOfSatisfying(Problem.class, stale -> assertThat(stale.status()).isEqualTo(412));
  }

  @Test
  void aCheckOfAnOlderVersionSaysNothing() {
    String id = s3();
    var before = destinations.open(id).await();
    destinations.change(id, null, Map.of("bucket", "other"), Map.of(), null).await();
    destinations
        .checked(before, new DestinationStore.CheckFailure("destination_denied", "No.", "Ask."))
        .await();
    assertThat(destinations.get(id).await().checkFailure()).isNull();
  }

  @Test
  void oneThatSchedulesLeadToStaysAndIsCheckedDaily() {
    String id = s3();
    assertThat(toCheck()).doesNotContain(id);
    var draft = BackupSamples.draft(BackupSamples.database(database, null), "x", "0 2 * * *", 1, 1);
    var there =
        new ScheduleStore.Draft(
            "there", draft.subject(), id, draft.cron(), "UTC", null, 1, 1, false, false, true);
    new ScheduleStore(database).add(there).await();
    assertThat(toCheck()).contains(id);
    destinations.checked(destinations.open(id).await(), null).await();
    assertThat(toCheck()).doesNotContain(id);
    assertThatThrownBy(() -> destinations.remove(id).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("destination_used"));
  }

  @Test
  void backupKeysRotateAndStay() {
    BackupKeyStore keys = new BackupKeyStore(database, vault);
    String first = keys.current().await().id();
    assertThat(keys.current().await().id()).isEqualTo(first);
    byte[] bytes = keys.open(first).await().orElseThrow();
    assertThat(bytes).hasSize(BackupKeyStore.LENGTH);
    String second = keys.rotate().await().id();
    assertThat(second).isNotEqualTo(first);
    assertThat(keys.current().await().id()).isEqualTo(second);
    assertThat(keys.open(first).await().orElseThrow()).isEqualTo(bytes);
    keys.bring(first, bytes).await();
    assertThatThrownBy(() -> keys.bring(first, new byte[32]).await())
        .isInstanceOfSatisfying(
            Problem.class, refused -> assertThat(refused.code()).isEqualTo("backup_key_differs"));
    keys.bring("bky_elsewhere", new byte[32]).await();
    assertThat(keys.current().await().id()).isEqualTo(second);
  }

  private List<String> toCheck() {
    return destinations.toCheck(Duration.ofDays(1), Duration.ofMinutes(10)).await();
  }

  private String s3() {
    return destinations
        .add(
            "s3-" + NAMES.incrementAndGet(),
            "s3",
            Map.of("type", "s3", "endpoint", "https://s3.example.org", "bucket", "backups"),
            Map.of("secretKey", "hush"))
        .await();
  }
}
