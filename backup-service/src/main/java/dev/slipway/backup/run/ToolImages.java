package dev.slipway.backup.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;

/** Images with the tools of backups. Calls block. */
final class ToolImages {
  private ToolImages() {}

  /**
   * Makes sure that an engine has an image, by pulling it.
   *
   * @param setting which names another one
   * @throws Problem {@code image_missing}
   */
  static String ensured(DockerEngine engine, String image, String setting) {
    if (engine.image(image).isEmpty()) {
      try {
        engine.pull(image, null, progress -> {});
      } catch (DockerProblem.ImageMissing missing) {
        throw Problem.failed(
            "image_missing",
            "The image " + image + " with the tools is not on this engine and cannot be pulled.",
            "Make it available, or name another one with " + setting + ".",
            missing);
      }
    }
    return image;
  }
}
