package dev.slipway.runtime.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.application.EnvironmentVariable;
import dev.slipway.platform.boot.SetupFailure;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.Database;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.saga.CrashPoints;
import dev.slipway.platform.saga.RunnerConfig;
import dev.slipway.platform.saga.SagaRunner;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.platform.secrets.UnreadableSecret;
import dev.slipway.store.EnvironmentStore;
import dev.slipway.store.Samples;
import dev.slipway.store.SecretRotationStore;
import dev.slipway.store.SecretRotationStore.Rotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RotateSagaTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int WRITERS = 6;

  private final Database database = POSTGRES.database();
  private final SecretRotationStore rotations = new SecretRotationStore(database);
  private final List<EnvelopeVault> vaults = new ArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger writes = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  @BeforeEach
  void noKeys() {
    POSTGRES.clear("data_keys", "key_holders", "environments", "applications");
  }

  @AfterEach
  void close() {
    over.set(true);
    vaults.forEach(vault -> vault.close().await());
  }

  private EnvelopeVault process(String name, String key) {
    EnvelopeVault vault =
        EnvelopeVault.open(
                database, MasterKeys.from(Settings.of(Map.of("SLIPWAY_MASTER_KEY", key))), name)
            .await();
    vaults.add(vault);
    return vault;
  }

  private EnvelopeVault process(String name, Path file) {
    Map<String, String> settings = Map.of("SLIPWAY_MASTER_KEY_FILE", file.toString());
    EnvelopeVault vault =
        EnvelopeVault.open(database, MasterKeys.from(Settings.of(settings)), name).await();
    vaults.add(vault);
    return vault;
  }

  /** Edits the variables of an application through one process, reads them through another. */
  private Thread editor(ApplicationId id, EnvelopeVault writing, EnvelopeVault reading) {
    var writer = new EnvironmentStore(database, writing);
    var reader = new EnvironmentStore(database, reading);
    return Thread.ofVirtual()
        .start(() -> {
          for (int i = 0; !over.get(); i++) {
            String value = "canary-" + i;
            try {
              writer.edit(id, "ada", known -> token(value)).await();
              assertThat(reader.current(id).await().values()).containsEntry("TOKEN", value);
              writes.incrementAndGet();
            } catch (RuntimeException | AssertionError e) {
              failures.add(e);
            }
          }
        });
  }

  private static List<EnvironmentVariable> token(String value) {
    return List.of(new EnvironmentVariable("TOKEN", value, true, Instant.EPOCH, "ada"));
  }

  private Rotation rotated(EnvelopeVault runtime) {
    String id = rotations.request("ada").await();
    var runner =
        new SagaRunner(
            POSTGRES.vertx(),
            database,
            List.of(new RotateSaga(database, runtime)),
            RunnerConfig.of("runtime", 1),
            CrashPoints.fromEnvironment(Map.of()));
    runner.start().await();
    await()
        .atMost(LIMIT)
        .until(() -> List.of("done", "failed").contains(rotations.get(id).await().state()));
    runner.stop().await();
    return rotations.get(id).await();
  }

  private List<String> stored(String condition) {
    return database
        .list(
            "select items->0->>'value' as sealed from environments where " + condition,
            row -> row.getString("sealed"))
        .await();
  }

  @Test
  void theMasterKeyIsReplacedUnderWritersAndReadersAndTheOldOneOpensNothingAfterwards()
      throws Exception {
    String old = MasterKeys.fresh();
    String fresh = MasterKeys.fresh();
    Path file = Files.writeString(folder.resolve("keys"), old);
    EnvelopeVault gateway = process("gateway", file);
    EnvelopeVault runtime = process("runtime", file);
    ApplicationId first = Samples.application(database).id();
    List<Thread> editors = new ArrayList<>(List.of(editor(first, gateway, runtime)));
    for (int i = 1; i < WRITERS; i++) {
      editors.add(editor(Samples.application(database).id(), gateway, runtime));
    }
    await().atMost(LIMIT).until(() -> writes.get() > 50);
    final List<String> before = stored("version = 1");

    Files.writeString(file, fresh + "\n" + old);
    await()
        .atMost(LIMIT)
        .until(() -> vaults.stream().allMatch(vault -> vault.masterKeys().size() == 2));
    Rotation rotation = rotated(runtime);
    int during = writes.get();
    Files.writeString(file, fresh);
    await().atMost(LIMIT).until(() -> writes.get() > during + 50);
    over.set(true);
    for (Thread editor : editors) {
      editor.join();
    }

    System.out.printf(
        "PROMISE T19: %d writers and readers in 2 processes: %d edits before, while and after the"
            + " master key was replaced, %d failed; %d rows sealed anew%n",
        WRITERS, writes.get(), failures.size(), rotation.sealed());
    assertThat(failures).isEmpty();
    assertThat(rotation.state()).as(String.valueOf(rotation.failure())).isEqualTo("done");
    assertThat(stored("items::text not like '%sealed:v1:" + rotation.dataKey() + ":%'")).isEmpty();
    EnvelopeVault later = process("later", fresh);
    assertThat(later.open(stored("version = 1").getFirst())).startsWith("canary-");
    assertThat(before)
        .isNotEmpty()
        .allSatisfy(sealed ->
            assertThatThrownBy(() -> later.open(sealed)).isInstanceOf(UnreadableSecret.class));
    assertThatThrownBy(() -> process("stale", old)).isInstanceOf(SetupFailure.class);
  }

  @Test
  void aMasterKeyThatOneProcessLacksIsNotUsedAndThatProcessIsNamed() {
    String old = MasterKeys.fresh();
    process("builder-2", old);
    Rotation rotation = rotated(process("runtime", MasterKeys.fresh() + "," + old));
    assertThat(rotation.state()).isEqualTo("failed");
    assertThat(String.valueOf(rotation.failure()))
        .contains("not known to: builder-2")
        .contains("SLIPWAY_MASTER_KEY");
  }
}
