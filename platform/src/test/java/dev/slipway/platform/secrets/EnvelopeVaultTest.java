package dev.slipway.platform.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.InvalidSettings;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.PostgresExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EnvelopeVaultTest {
  @RegisterExtension
  static final PostgresExtension POSTGRES = new PostgresExtension(List.of("db/platform"));

  private static final String CANARY = "a secret, ünlike any other\n${{x}}";

  private final AtomicLong nanos = new AtomicLong();

  @TempDir Path folder;

  @BeforeEach
  void noKeys() {
    POSTGRES.clear("data_keys", "key_holders");
  }

  private static MasterKeys keys(String... texts) {
    Settings settings = Settings.of(Map.of("SLIPWAY_MASTER_KEY", String.join(",", texts)));
    MasterKeys keys = MasterKeys.from(settings);
    settings.check();
    return keys;
  }

  private EnvelopeVault vault(String process, MasterKeys keys) {
    return EnvelopeVault.open(POSTGRES.database(), keys, process, nanos::get).await();
  }

  @Test
  void whatOneProcessSealsAnotherOneOpensAndNoTwoSealedTextsAreEqual() {
    String master = MasterKeys.fresh();
    EnvelopeVault one = vault("one", keys(master));
    EnvelopeVault two = vault("two", keys(master));
    String sealed = one.seal(CANARY);
    assertThat(sealed).startsWith("sealed:v1:").doesNotContain("secret");
    assertThat(two.open(sealed)).isEqualTo(CANARY);
    assertThat(one.seal(CANARY)).isNotEqualTo(sealed);
    assertThat(two.open(one.seal(""))).isEmpty();
    assertThat(one.mark("a body")).isEqualTo(two.mark("a body")).isNotEqualTo(one.mark("a Body"));
  }

  @Test
  void whatWasChangedOrNeverSealedIsAnErrorThatShowsNothing() {
    EnvelopeVault vault = vault("one", keys(MasterKeys.fresh()));
    String sealed = vault.seal(CANARY);
    for (int at = 0; at < sealed.length() - 1; at++) {
      char other = sealed.charAt(at) == 'A' ? 'B' : 'A';
      String changed = sealed.substring(0, at) + other + sealed.substring(at + 1);
      assertThatThrownBy(() -> vault.open(changed))
          .as(changed)
          .isInstanceOf(UnreadableSecret.class);
    }
    for (String never : List.of("", "plain:v1:" + CANARY, CANARY, sealed + "A", "sealed:v1:")) {
      assertThatThrownBy(() -> vault.open(never))
          .isInstanceOf(UnreadableSecret.class)
          .hasMessageNotContaining("ünlike");
    }
  }

  @Test
  void theWrongMasterKeyIsRefusedByNameWithARemedy() {
    MasterKeys right = keys(MasterKeys.fresh());
    MasterKeys wrong = keys(MasterKeys.fresh());
    vault("one", right);
    assertThatThrownBy(() -> vault("two", wrong))
        .isInstanceOf(SetupFailure.class)
        .hasMessageContaining(right.ids().getFirst())
        .hasMessageContaining(wrong.ids().getFirst())
        .hasMessageContaining("./slipway secrets rotate");
  }

  @Test
  void aRotationLeavesNothingThatTheOldMasterKeyOpens() {
    String old = MasterKeys.fresh();
    String fresh = MasterKeys.fresh();
    EnvelopeVault one = vault("one", keys(fresh, old));
    assertThat(one.masterKeys()).hasSize(2);
    POSTGRES.clear("data_keys", "key_holders");
    EnvelopeVault before = vault("before", keys(old));
    final String sealed = before.seal(CANARY);

    EnvelopeVault both = vault("both", keys(fresh, old));
    var rotation = new KeyRotation(both);
    assertThatThrownBy(() -> rotation.add().await())
        .isInstanceOf(Problem.class)
        .hasMessageContaining("not known to: before");
    before.close().await();
    String key = rotation.add().await();
    assertThat(rotation.add().await()).as("the same again").isEqualTo(key);
    assertThat(rotation.notKnowing(key).await()).isEmpty();
    assertThat(rotation.notSealingWith(key).await()).containsExactly("both");
    POSTGRES.database().transaction(tx -> rotation.use(tx, key)).await();
    assertThat(rotation.notSealingWith(key).await()).isEmpty();
    String anew = both.seal(both.open(sealed));
    POSTGRES.database().transaction(rotation::retire).await();

    EnvelopeVault after = vault("after", keys(fresh));
    assertThat(after.open(anew)).isEqualTo(CANARY);
    assertThat(after.mark("a body")).isEqualTo(before.mark("a body"));
    assertThatThrownBy(() -> after.open(sealed)).isInstanceOf(UnreadableSecret.class);
    assertThatThrownBy(() -> vault("late", keys(old))).isInstanceOf(SetupFailure.class);
    both.refresh().await();
    assertThatThrownBy(() -> both.open(sealed)).isInstanceOf(UnreadableSecret.class);
  }

  @Test
  void nothingIsSealedWithKeysThatMayBeGoneMeanwhile() {
    EnvelopeVault vault = vault("one", keys(MasterKeys.fresh()));
    nanos.addAndGet(EnvelopeVault.FRESH.plus(Duration.ofSeconds(1)).toNanos());
    assertThatThrownBy(() -> vault.seal(CANARY))
        .isInstanceOf(Problem.class)
        .extracting(problem -> ((Problem) problem).status())
        .isEqualTo(503);
    vault.refresh().await();
    assertThat(vault.open(vault.seal(CANARY))).isEqualTo(CANARY);
  }

  @Test
  void aNewKeyInTheFileNeedsNoRestart() throws Exception {
    Path file = folder.resolve("keys");
    Files.writeString(file, MasterKeys.fresh() + "\n");
    Settings settings = Settings.of(Map.of("SLIPWAY_MASTER_KEY_FILE", file.toString()));
    EnvelopeVault vault = vault("one", MasterKeys.from(settings));
    String old = vault.masterKeys().getFirst();
    Files.writeString(file, MasterKeys.fresh() + "\n" + Files.readString(file));
    vault.refresh().await();
    assertThat(vault.masterKeys()).hasSize(2).endsWith(old);
    Files.writeString(file, "half a k");
    vault.refresh().await();
    assertThat(vault.masterKeys()).as("what cannot be read changes nothing").hasSize(2);
  }

  @Test
  void theDataDirectorysKeyIsItsOwnersAloneFromTheFirstMoment() throws Exception {
    Path data = folder.resolve("data");
    MasterKeys made = MasterKeys.from(Settings.of(Map.of()), data);
    Path file = data.resolve("master.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(MasterKeys.from(Settings.of(Map.of()), data).ids()).isEqualTo(made.ids());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> MasterKeys.from(Settings.of(Map.of()), data))
        .isInstanceOf(SetupFailure.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void whatIsNoKeyIsToldWithoutRepeatingIt() {
    assertThatThrownBy(() -> keys("hunter2hunter2"))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("SLIPWAY_MASTER_KEY holds no key")
        .hasMessageNotContaining("hunter2");
    assertThat(keys("00ff".repeat(16), MasterKeys.fresh()).ids()).hasSize(2);
    Settings none = Settings.of(Map.of());
    MasterKeys.from(none);
    assertThatThrownBy(none::check).hasMessageContaining("SLIPWAY_MASTER_KEY is not set");
  }
}
