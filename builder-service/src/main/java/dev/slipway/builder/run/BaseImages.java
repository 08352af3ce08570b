package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.platform.logs.LogChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sees that the base images of a plan are there, with the help of the script that pulls or makes
 * them.
 */
final class BaseImages {
  private static final Pattern FROM =
      Pattern.compile("(?mi)^\\s*FROM\\s+(?:--platform=\\S+\\s+)?([^\\s$]+)(?=\\s|$)");
  private static final Duration LIMIT = Duration.ofMinutes(15);
  private final BuilderConfig config;
  private final DockerEngine engine;
  private final RegistryCalls registries;

  BaseImages(BuilderConfig config, DockerEngine engine, RegistryCalls registries) {
    this.config = config;
    this.engine = engine;
    this.registries = registries;
  }

  /**
   * Fetches what a Dockerfile takes from registries that want credentials: the engine's builder
   * knows none, and takes what is here already. Refuses those it may not connect to.
   */
  void fetch(Path dockerfile, BuildLog log) throws IOException {
    var from = FROM.matcher(Files.readString(dockerfile, StandardCharsets.ISO_8859_1));
    while (from.find()) {
      var name = from.group(1);
      if (engine.image(name).isEmpty()) {
        registries.refusePrivate(name);
        if (registries.known(name)) {
          registries.pull(name, log);
        }
      }
    }
  }

  /**
   * Makes these families present.
   *
   * @return the content ids of their images
   * @throws Problem {@code base_image_missing}
   */
  List<String> present(List<String> families, BuildLog log)
      throws IOException, InterruptedException {
    var ids = new ArrayList<String>();
    for (var family : families) {
      var name = config.bases().getOrDefault(family, "slipway-base/" + family + ":latest");
      var image = engine.image(name);
      if (image.isEmpty() && registries.known(name)) {
        image = Optional.of(registries.pull(name, log));
      } else if (image.isEmpty()) {
        make(family, name, log);
        image = engine.image(name);
      }
      ids.add(
          image.orElseThrow(() -> missing(family, name, "it is not there after it was made")).id());
    }
    return ids;
  }

  private void make(String family, String name, BuildLog log)
      throws IOException, InterruptedException {
    var script = config.home() == null ? null : config.home().resolve("scripts/base-images.sh");
    if (script == null
        || !Files.isRegularFile(script)
        || !BuilderConfig.FAMILIES.contains(family)) {
      throw missing(family, name, "nothing on this host can make it");
    }
    log.say(
        BuildSaga.BUILD,
        "The base image " + name + " is not here yet; making it (once for all builds).");
    var variables = new HashMap<String, String>();
    variables.put("SLIPWAY_DATA", config.data().toString());
    var out = log.source(LogChannel.STDOUT, BuildSaga.BUILD);
    int code =
        Programs.run(
            List.of("bash", script.toString(), family),
            config.data(),
            variables,
            LIMIT,
            out::write);
    out.end();
    if (code != 0) {
      throw missing(
          family,
          name,
          code < 0
              ? "making it took longer than " + LIMIT.toMinutes() + " minutes"
              : "the lines above say why it could not be made");
    }
  }

  static Problem missing(String family, String name, String why) {
    return Problem.failed(
        "base_image_missing",
        "The base image " + name + " is missing: " + why + ".",
        "Run scripts/base-images.sh "
            + family
            + " on this host, or set SLIPWAY_BASE_"
            + family.toUpperCase(java.util.Locale.ROOT)
            + " to an image it has or can pull.");
  }
}
