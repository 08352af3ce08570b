package dev.slipway.e2e.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.e2e.house.GitServer;
import dev.slipway.e2e.house.PromiseReport;
import dev.slipway.e2e.house.Repository;
import dev.slipway.e2e.house.Sample;
import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code docker run slipway/standalone}, as a first user does it. */
@Tag("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StandaloneImageIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private Images images;

  @BeforeAll
  void theImagesAreThere() {
    images = Images.built();
  }

  @Test
  void aNewContainerOnTheSameVolumeServesTheSameApplications() {
    try (GitServer git = GitServer.forContainers();
        StandaloneContainer slipway = StandaloneContainer.withVolume(images)) {
      slipway.run();
      Set<String> states = slipway.awaitReady();
      Installation installation = slipway.installation();
      try {
        String id = deployed(slipway, git.repository("shop"));
        List<String> before = installation.containers();
        slipway.removeByForce();
        assertThat(installation.containers()).containsAll(before);

        long began = System.nanoTime();
        slipway.run();
        Until.holds("the application answers", SOON, LOOK, () -> answers(slipway));
        long back = Duration.ofNanos(System.nanoTime() - began).toMillis();
        slipway.awaitReady();
        PromiseReport.tell(
            "T1",
            "docker run slipway/standalone: states %s; killed and run again: the application was back after %d ms"
                .formatted(states, back));
        assertThat(states).containsExactly("pending", "installing", "ready");
        assertThat(slipway.installation()).isEqualTo(installation);
        assertThat(slipway.api().application(id).path("status").asText()).isEqualTo("running");
        assertThat(installation.containers()).containsAll(before);
      } finally {
        slipway.removeByForce();
        installation.remove();
      }
    }
  }

  @Test
  void aFolderOfTheHostDoesForItsDataAndNothingButTheInitProcessIsRoot() throws IOException {
    Path folder = Files.createTempDirectory("slipway-e2e-standalone-");
    try (StandaloneContainer slipway =
        StandaloneContainer.withFolder(images, folder.resolve("data").toString())) {
      slipway.run();
      slipway.awaitReady();
      Until.holds("its health check agrees", SOON, LOOK, () -> slipway.health().equals("healthy"));
      assertThat(slipway.processes())
          .filteredOn(process -> process.contains(" root "))
          .singleElement()
          .asString()
          .contains("tini");
    } finally {
      // what lies in there belongs to the container's user
      Shell.run(
          "docker",
          "run",
          "--rm",
          "--entrypoint",
          "rm",
          "--volume",
          folder + ":/folder",
          images.standalone(),
          "-rf",
          "/folder/data");
      Files.delete(folder);
    }
  }

  private static String deployed(StandaloneContainer slipway, Repository repository) {
    repository.push(Sample.saying("from one container"), "the first version");
    String id = slipway.api().create(Sample.application("shop", repository));
    slipway.api().deployed(id);
    assertThat(answers(slipway)).isTrue();
    return id;
  }

  private static boolean answers(StandaloneContainer slipway) {
    try {
      return slipway.visit("shop.localhost", "/").body().strip().equals("from one container");
    } catch (java.io.UncheckedIOException e) {
      return false; // nobody listens yet
    }
  }
}
