package dev.slipway.builder.run;

import dev.slipway.builder.plan.BuildPlan;
import dev.slipway.contracts.application.ApplicationConfig;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ImageInfo;
import dev.slipway.platform.logs.LogLevel;
import org.jspecify.annotations.Nullable;

/**
 * Applications that are an image already. A name without a tag, or with {@code latest}, is fetched
 * at every deployment; any other only when it is not here.
 */
final class ExistingImage {
  private final BuildParts parts;
  private final RegistryCalls registries;

  ExistingImage(BuildParts parts, RegistryCalls registries) {
    this.parts = parts;
    this.registries = registries;
  }

  Made present(Runs.Run run, BuildPlan plan) {
    var name = String.valueOf(plan.image());
    var here = parts.engine().image(name).orElse(null);
    var image = here == null || moves(name) ? fetched(run, name, here) : here;
    // a name of our own keeps these contents when the other name moves on
    var own =
        ImageStep.repository(parts.config(), run.order())
            + ":image-"
            + ImageStep.shortId(image.id());
    parts.engine().tag(image.id(), own);
    run.log()
        .say(
            BuildSaga.BUILD,
            "Image " + name + " is " + ImageStep.shortId(image.id()) + ", kept as " + own + ".");
    return new Made(own, image.id(), null, plan.startCommand(), port(run, plan, image));
  }

  private ImageInfo fetched(Runs.Run run, String name, @Nullable ImageInfo here) {
    try {
      return registries.pull(name, run.log());
    } catch (Problem e) {
      if (e instanceof DockerProblem problem
          && !(problem instanceof DockerProblem.ImageMissing
              || problem instanceof DockerProblem.RegistryRefused
              || problem instanceof DockerProblem.TimedOut)) {
        throw e;
      }
      if (here == null) {
        throw e;
      }
      run.log()
          .say(
              BuildSaga.BUILD,
              LogLevel.WARN,
              "It cannot be pulled; the copy on this host is used. (" + e.getMessage() + ")");
      return here;
    }
  }

  private static boolean moves(String name) {
    var last = name.substring(name.lastIndexOf('/') + 1);
    return !name.contains("@")
        && (!last.contains(":") || last.endsWith(":latest"))
        && !name.startsWith("sha256:");
  }

  private static int port(Runs.Run run, BuildPlan plan, ImageInfo image) {
    var exposed = image.exposedPorts();
    if (plan.port() == ApplicationConfig.DEFAULT_PORT
        && exposed.size() == 1
        && exposed.getFirst() != plan.port()) {
      run.log()
          .say(
              BuildSaga.BUILD,
              "Port: "
                  + exposed.getFirst()
                  + " (the only one the image exposes; told through PORT).");
      return exposed.getFirst();
    }
    return plan.port();
  }
}
