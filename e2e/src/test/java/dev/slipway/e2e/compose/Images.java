package dev.slipway.e2e.compose;

import dev.slipway.e2e.house.Shell;
import dev.slipway.e2e.house.SlipwayHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What {@code ./slipway images} has made of this source tree, by content and not by name: a run of
 * another tree beside this one gives the names to images of its own.
 *
 * @param platform id of the image of every role
 * @param standalone id of the image of the whole platform
 * @param settings the first settings of {@code docker-compose.yml}, as lines of an {@code .env}
 */
record Images(String platform, String standalone, List<String> settings) {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** Builds what is not up to date. */
  static Images built() {
    try {
      Path folder = Files.createTempDirectory("slipway-e2e-images-");
      Path file = folder.resolve("env");
      Shell.Outcome outcome =
          Shell.tryRun(
              SlipwayHost.home(),
              Map.of(),
              LIMIT,
              List.of("./slipway", "images", "--settings", file.toString()));
      if (!outcome.ok()) {
        throw new IllegalStateException("./slipway images: " + outcome.text());
      }
      List<String> settings = Files.readAllLines(file);
      Shell.run("rm", "-rf", "--one-file-system", folder.toString());
      return new Images(idOf("slipway/platform:local"), idOf("slipway/standalone:local"), settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String idOf(String image) {
    return Shell.run("docker", "image", "inspect", "--format", "{{.Id}}", image);
  }
}
