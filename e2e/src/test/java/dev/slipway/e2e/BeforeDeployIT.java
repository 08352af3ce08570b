package dev.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** T14: a release starts after its backup was restored and compared, or it does not start. */
@ExtendWith(OnePlatform.class)
final class BeforeDeployIT {
  private final World world;
  private final Databases databases;

  BeforeDeployIT(World world) {
    this.world = world;
    this.databases = new Databases(world);
  }

  @Test
  void aReleaseStartsWhenItsBackupIsProvenAndNotWhenThatFails() throws Exception {
    JsonNode books = databases.created(World.name("books"), "postgresql", Map.of());
    App shop = world.serving("shop", "one");
    String schedule = beforeDeploymentsOf(shop, books);

    JsonNode two = shop.pushAndDeploy(Sample.saying("two"));
    assertThat(shop.text()).isEqualTo("two");
    assertThat(two.path("backupIds")).hasSize(1);
    JsonNode backup = backup(two.path("backupIds").get(0).asText());
    assertThat(backup.path("status").asText()).isEqualTo("verified");
    assertThat(backup.path("trigger").asText()).isEqualTo("before_deploy");
    assertThat(backup.path("deploymentId").asText()).isEqualTo(two.path("id").asText());
    Instant verified = Instant.parse(backup.path("verifiedAt").asText());
    assertThat(firstContainer(two)).isAfter(verified);
    assertThat(world.api().log(two.path("id").asText()))
        .contains("Waiting for the backup of '" + books.path("name").asText() + "'");

    String found = whenItCannotBeTaken(shop, books, schedule);
    PromiseReport.tell(
        "T14",
        "before a deployment: the first container came after the proof; a destination that cannot be"
            + " written: deployment failed (%s), the release before answers".formatted(found));
    databases.done(
        world.api().delete("/databases/" + Databases.id(books) + "?removeData=true").expect(202));
  }

  private String whenItCannotBeTaken(App shop, JsonNode books, String schedule) throws IOException {
    String folder = World.name("before");
    JsonNode destination =
        world
            .api()
            .post("/destinations", Map.of("name", folder, "local", Map.of("path", folder)))
            .expect(201)
            .json();
    world
        .api()
        .patch(
            "/backup-schedules/" + schedule,
            Map.of("destinationId", destination.path("id").asText()))
        .expect(200);
    Path place = world.host().data().resolve("backups").resolve(folder);
    Shell.run("rm", "-rf", place.toString());
    Files.createDirectories(place.getParent());
    Files.writeString(place, "a file, where a folder should be");
    try {
      shop.repository().push(Sample.saying("three"), "the next version");
      JsonNode failed = world.api().ended(world.api().deploy(shop.id()), Duration.ofMinutes(2));
      assertThat(failed.path("status").asText()).as(failed.toPrettyString()).isEqualTo("failed");
      assertThat(failed.at("/failure/code").asText()).isEqualTo("backup_before_deploy_failed");
      JsonNode backup = backup(failed.path("backupIds").get(0).asText());
      assertThat(backup.path("status").asText()).isEqualTo("failed");
      assertThat(failed.at("/failure/detail").asText())
          .contains(backup.path("id").asText())
          .contains(books.path("name").asText())
          .contains(backup.at("/failure/detail").asText());
      assertThat(shop.text()).isEqualTo("two");
      assertThat(containers(failed)).as("of the release that did not start").isEmpty();

      String emergency = world.api().deploy(shop.id(), Map.of("skipBackups", true));
      assertThat(world.api().succeeded(emergency).path("backupIds")).isEmpty();
      assertThat(shop.text()).isEqualTo("three");
      return failed.at("/failure/code").asText();
    } finally {
      Files.deleteIfExists(place);
    }
  }

  private String beforeDeploymentsOf(App application, JsonNode database) {
    Map<String, Object> fields =
        Map.of(
            "name",
            "before",
            "databaseId",
            Databases.id(database),
            "beforeDeploymentsOf",
            application.id());
    return world.api().post("/backup-schedules", fields).expect(201).json().path("id").asText();
  }

  private JsonNode backup(String id) {
    return world.api().get("/backups/" + id).expect(200).json();
  }

  /** When the first container of the deployment's release was made. */
  private static Instant firstContainer(JsonNode deployment) {
    return containers(deployment).stream()
        .map(id -> Shell.run("docker", "inspect", "--format", "{{.Created}}", id).strip())
        .map(Instant::parse)
        .min(Instant::compareTo)
        .orElseThrow();
  }

  private static List<String> containers(JsonNode deployment) {
    String label = "label=dev.slipway.release=" + deployment.path("releaseId").asText();
    return Shell.run("docker", "ps", "--all", "--quiet", "--filter", label)
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }
}
