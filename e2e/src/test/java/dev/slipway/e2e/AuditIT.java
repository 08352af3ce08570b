package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Shell;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(OnePlatform.class)
final class AuditIT {
  private static final String CANARY = "audit-canary-6f1e";

  private final World world;

  @TempDir Path elsewhere;

  AuditIT(World world) {
    this.world = world;
  }

  private JsonNode newest(String action, String subject) {
    JsonNode rows =
        world
            .api()
            .get("/audit?limit=1&action=" + action + "&subject=" + subject)
            .expect(200)
            .json()
            .path("items");
    assertThat(rows).as("%s of %s", action, subject).hasSize(1);
    return rows.get(0);
  }

  private String application() {
    return world
        .api()
        .create(
            Map.of("name", World.name("audited"), "repository", "https://git.example.org/a/b.git"));
  }

  @Test
  void aChangeAndARevealShowUpWithAddressAndMaskedValues() throws IOException {
    String id = application();
    Map<String, Object> secret = Map.of("key", "API_TOKEN", "value", CANARY, "secret", true);
    world
        .api()
        .put("/applications/" + id + "/environment", Map.of("items", List.of(secret)))
        .expect(200);
    world.api().get("/applications/" + id + "/environment?reveal=true").expect(200);

    JsonNode change = newest("environment.change", id);
    assertThat(change.path("address").asText()).isEqualTo("127.0.0.1");
    assertThat(change.path("after").path("API_TOKEN").asText()).startsWith("****");
    JsonNode reveal = newest("environment.reveal", id);
    assertThat(reveal.path("actor").asText()).isNotBlank();
    assertThat(reveal.path("requestId").asText()).isNotBlank();
    Shell.Outcome listed = slipway("audit", "list", "--subject", id);
    assertThat(listed.output()).contains("environment.reveal").contains("127.0.0.1");

    Path export = elsewhere.resolve("audit.ndjson");
    slipway("audit", "export", export.toString());
    assertThat(Files.readString(export)).doesNotContain(CANARY);
  }

  @Test
  void theLogIsWholeUntilARowIsEditedAndThenItIsNamed() throws IOException {
    String id = application();
    Path export = elsewhere.resolve("audit.ndjson");
    String pem = world.api().get("/audit/key").expect(200).json().path("publicKey").asText();
    Path key = Files.writeString(elsewhere.resolve("audit.pem"), pem);
    slipway("audit", "export", export.toString());
    Shell.Outcome whole = slipway("audit", "verify");
    Shell.Outcome offline =
        slipway("audit", "verify", export.toString(), "--public-key", key.toString());
    assertThat(whole.output()).contains("is whole");
    assertThat(offline.output()).contains("is whole");

    long seq = newest("application.create", id).path("seq").asLong();
    edit(seq, "somebody-else");
    Shell.Outcome edited;
    try {
      edited = tried("audit", "verify");
    } finally {
      edit(seq, "operator");
    }
    assertThat(edited.code()).isEqualTo(1);
    assertThat(edited.output()).contains("EDITED: row " + seq).contains(id);
    PromiseReport.tell(
        "T20",
        "the platform's own log: whole online and from an export with its key; row "
            + seq
            + ", edited by SQL, is named");
  }

  private Shell.Outcome slipway(String... words) {
    Shell.Outcome outcome = tried(words);
    assertThat(outcome.code()).as(outcome.output()).isZero();
    return outcome;
  }

  private Shell.Outcome tried(String... words) {
    return world.host().slipway(Map.of(), words);
  }

  /** As whoever owns the database can: the guard against mistakes is switched off for it. */
  private void edit(long seq, String actor) {
    Vertx vertx = Vertx.vertx();
    try {
      PgConnection connection =
          PgConnection.connect(
                  vertx, PgConnectOptions.fromUri(world.host().read("database.url").strip()))
              .await();
      connection
          .query(
              "begin; alter table audit disable trigger user; update audit set actor = '"
                  + actor
                  + "' where seq = "
                  + seq
                  + "; alter table audit enable trigger user; commit")
          .execute()
          .await();
      connection.close().await();
    } finally {
      vertx.close().await();
    }
  }
}
