package dev.slipway.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.backup.BackupMain;
import dev.slipway.gateway.GatewayMain;
import dev.slipway.platform.cluster.Ports;
import dev.slipway.platform.config.Settings;
import dev.slipway.platform.pg.PostgresExtension;
import dev.slipway.platform.secrets.EnvelopeVault;
import dev.slipway.platform.secrets.MasterKeys;
import dev.slipway.standalone.RoleProcess.Answer;
import dev.slipway.store.ProcessStore;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Roles in processes of their own, from the first sign of life to the farewell. */
class ServiceProcessTest {
  @RegisterExtension static final PostgresExtension POSTGRES = new PostgresExtension();

  private static final String MASTER_KEY = "0123456789abcdef".repeat(4);
  private static final Duration START = Duration.ofSeconds(90);

  private final List<Integer> ports = List.of(Ports.free(), Ports.free());
  private final List<RoleProcess> processes = new ArrayList<>();
  private final ProcessStore store = new ProcessStore(POSTGRES.database());

  @TempDir Path folder;

  @AfterEach
  void end() {
    processes.forEach(RoleProcess::close);
    POSTGRES.clear("processes");
  }

  private RoleProcess start(Class<?> main, Map<String, String> settings) {
    RoleProcess started = RoleProcess.start(folder, main, settings);
    processes.add(started);
    return started;
  }

  private Map<String, String> member(int number, String id) {
    Map<String, String> settings = new HashMap<>();
    settings.put("SLIPWAY_DATABASE_URL", POSTGRES.url().reveal());
    settings.put("SLIPWAY_MASTER_KEY", MASTER_KEY);
    settings.put("SLIPWAY_CLUSTER", RoleProcess.members(ports));
    settings.put("SLIPWAY_CLUSTER_PORT", String.valueOf(ports.get(number)));
    settings.put("SLIPWAY_PROCESS", id);
    return settings;
  }

  private Map<String, String> gateway(int number, String id) {
    Map<String, String> settings = member(number, id);
    settings.put("SLIPWAY_UI_PORT", String.valueOf(Ports.free()));
    settings.put("SLIPWAY_API_PORT", String.valueOf(Ports.free()));
    return settings;
  }

  private List<String> ids() {
    return store.all().await().stream().map(ProcessStore.Process::id).toList();
  }

  @Test
  void rolesFindEachOtherAreListedAndLeaveInOrder() throws Exception {
    RoleProcess gateway = start(GatewayMain.class, gateway(0, "gateway-1"));
    RoleProcess backup = start(BackupMain.class, member(1, "backup-1"));
    await().atMost(START).until(gateway::isReady);
    await().atMost(START).until(backup::isReady);

    String key = Files.readString(folder.resolve("operator.key")).strip();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> {
          Answer answer = gateway.get("SLIPWAY_API_PORT", "/api/installation", "x-api-key", key);
          assertThat(answer.status()).isEqualTo(200);
          var installation = new JsonObject(answer.body());
          assertThat(installation.getJsonObject("cluster").getInteger("members")).isEqualTo(2);
          assertThat(installation.getJsonArray("processes"))
              .extracting(one -> ((JsonObject) one).getBoolean("clusterMember"))
              .containsExactly(true, true);
        });
    assertThat(backup.get("SLIPWAY_MANAGEMENT_PORT", "/live").status()).isEqualTo(200);
    assertThat(backup.get("SLIPWAY_MANAGEMENT_PORT", "/metrics").body())
        .contains("slipway_process_info{role=\"backup\"")
        .contains("slipway_cluster_members 2");

    assertThat(backup.terminate()).isEqualTo(143);
    assertThat(ids()).containsExactly("gateway-1");
    // The cluster moves its tables for a moment, and says so.
    await().atMost(Duration.ofSeconds(20)).until(gateway::isReady);
  }

  @Test
  void aKilledProcessIsListedAsDeadAndInheritsItsNameWhenItComesBack() {
    RoleProcess first = start(BackupMain.class, member(0, "backup-1"));
    await().atMost(START).until(first::isReady);
    first.kill();
    await().atMost(Duration.ofSeconds(30)).until(() -> !store.all().await().getFirst().alive());

    RoleProcess second = start(BackupMain.class, member(0, "backup-1"));
    await().atMost(START).until(second::isReady);
    assertThat(ids()).containsExactly("backup-1");
    assertThat(store.all().await().getFirst().alive()).isTrue();
  }

  @Test
  void aGatewayTellsOfItsStartWhileItsDatabaseIsStillAway() {
    Map<String, String> settings = gateway(0, "gateway-1");
    settings.put("SLIPWAY_DATABASE_URL", "postgresql://a:b@127.0.0.1:" + Ports.free());
    RoleProcess gateway = start(GatewayMain.class, settings);
    await()
        .atMost(START)
        .untilAsserted(() ->
            assertThat(gateway.get("SLIPWAY_API_PORT", "/api/installation").body())
                .contains("\"pending\""));
    assertThat(gateway.get("SLIPWAY_MANAGEMENT_PORT", "/live").status()).isEqualTo(200);
    assertThat(gateway.get("SLIPWAY_MANAGEMENT_PORT", "/ready").status()).isEqualTo(503);
    assertThat(gateway.log()).contains("Waiting for the database").doesNotContain(":b@");
  }

  @Test
  void aProcessThatCannotStartSaysWhyInOneSentence() {
    Map<String, String> settings = member(0, "backup-1");
    settings.put("SLIPWAY_DATABASE_URL", POSTGRES.url().withDatabase("nowhere").reveal());
    RoleProcess nowhere = start(BackupMain.class, settings);
    assertThat(nowhere.exitCode()).isEqualTo(2);
    assertThat(nowhere.log()).contains("correct SLIPWAY_DATABASE_URL").doesNotContain("at dev.");

    Map<String, String> other = member(0, "backup-1");
    other.put("SLIPWAY_CLUSTER_HOST", "192.0.2.1");
    RoleProcess elsewhere = start(BackupMain.class, other);
    assertThat(elsewhere.exitCode()).isEqualTo(2);
    assertThat(elsewhere.log()).contains("SLIPWAY_CLUSTER_HOST must be an address of this host");

    Map<String, String> keyless = member(0, "backup-1");
    keyless.remove("SLIPWAY_MASTER_KEY");
    RoleProcess open = start(BackupMain.class, keyless);
    assertThat(open.exitCode()).isEqualTo(2);
    assertThat(open.log())
        .contains("SLIPWAY_MASTER_KEY is not set", "openssl rand -base64 32")
        .doesNotContain("at dev.");
  }

  @Test
  void aProcessWithAnotherMasterKeySaysWhichOneItNeeds() {
    Settings right = Settings.of(Map.of("SLIPWAY_MASTER_KEY", MASTER_KEY));
    EnvelopeVault vault =
        EnvelopeVault.open(POSTGRES.database(), MasterKeys.from(right), "test").await();
    Map<String, String> settings = member(0, "backup-1");
    settings.put("SLIPWAY_MASTER_KEY", "fedcba9876543210".repeat(4));
    RoleProcess wrong = start(BackupMain.class, settings);
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.log())
        .contains("under the master key " + vault.masterKeys().getFirst())
        .contains("set the key they were stored with")
        .doesNotContain("at dev.")
        .doesNotContain("fedcba");
    vault.close().await();
  }
}
