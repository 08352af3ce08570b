package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.dockerfile.Dockerfile;
import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One build by the engine's classic builder, for engines without buildx. docker-java packs the
 * context as {@code .dockerignore} says; the request is ours, because docker-java's has no
 * processor quota. Closing the connection cancels the build.
 */
final class ClassicBuild {
  private static final Pattern STEP = Pattern.compile("^Step (\\d+/\\d+) : (.*)\\n?$");
  private static final long PERIOD_MICROS = 100_000;

  private final EngineApi api;
  private final ImageCalls images;
  private final BuildSpec spec;
  private final BuildListener listener;
  private final long begun = System.nanoTime();
  private @Nullable BuildStep current;
  private boolean cached;
  private int steps;
  private int cachedSteps;
  private @Nullable String imageId;

  ClassicBuild(EngineApi api, ImageCalls images, BuildSpec spec, BuildListener listener) {
    this.api = api;
    this.images = images;
    this.spec = spec;
    this.listener = listener;
  }

  BuildResult run() {
    if (Thread.currentThread().isInterrupted()) {
      throw new DockerProblem.Cancelled("the build was cancelled before it began");
    }
    try (var context = pack();
        var reply = api.upload("/build?" + query(), context, spec.timeout())) {
      follow(reply);
    } catch (IOException e) {
      throw new DockerProblem.EngineFailed("the build's context cannot be read: " + e, e);
    } catch (DockerProblem.Refused e) {
      throw BuildErrors.explain(e.getMessage(), e.getMessage(), null, null, false);
    }
    ended(cached ? BuildStep.State.CACHED : BuildStep.State.DONE, null);
    return new BuildResult(
        imageId == null ? images.image(spec.tag()).orElseThrow().id() : imageId,
        "classic",
        steps,
        cachedSteps,
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private InputStream pack() throws IOException {
    try {
      var context = spec.context().toFile();
      return new Dockerfile(spec.dockerfilePath().toFile(), context)
          .parse()
          .buildDockerFolderTar(context);
    } catch (DockerException | IllegalArgumentException e) {
      throw BuildErrors.explain("parse error: " + e.getMessage(), "", null, null, false);
    }
  }

  private String query() {
    var dockerfile = spec.context().relativize(spec.dockerfilePath()).toString();
    var query = new StringBuilder("rm=1&forcerm=1&t=" + encode(spec.tag()));
    query.append("&dockerfile=").append(encode(dockerfile));
    query.append("&buildargs=").append(json(spec.args()));
    query.append("&labels=").append(json(spec.labels()));
    query.append(spec.target() == null ? "" : "&target=" + encode(spec.target()));
    query.append(spec.noCache() ? "&nocache=1" : "");
    query.append(spec.noNetwork() ? "&networkmode=none" : "");
    if (spec.memoryBytes() > 0) {
      query.append("&memory=" + spec.memoryBytes() + "&memswap=" + spec.memoryBytes());
    }
    if (spec.cpus() > 0) {
      query.append("&cpuperiod=" + PERIOD_MICROS);
      query.append("&cpuquota=" + Math.round(spec.cpus() * PERIOD_MICROS));
    }
    return query.toString();
  }

  private static String json(Object value) {
    return encode(EngineApi.JSON.valueToTree(value).toString());
  }

  private void follow(EngineHttp.Reply reply) {
    try (var news = EngineApi.JSON.readerFor(JsonNode.class).<JsonNode>readValues(reply.body())) {
      while (news.hasNextValue()) {
        accept(news.nextValue());
      }
    } catch (IOException e) {
      if (reply.late() && !Thread.currentThread().isInterrupted()) {
        throw new DockerProblem.BuildFailed(
            new BuildFailure(
                BuildFailure.Reason.TIMED_OUT,
                current == null ? null : current.name(),
                null,
                null,
                "the build has not ended within " + spec.timeout().toSeconds() + " s"));
      }
      throw reply.explain(e);
    }
  }

  private void accept(JsonNode node) {
    if (node.has("error")) {
      var message = node.path("error").asText();
      var step = current == null ? null : current.name();
      ended(BuildStep.State.FAILED, message);
      var killed = spec.memoryBytes() > 0 && message.endsWith("code: 137");
      throw BuildErrors.explain(message, message, step, null, killed);
    }
    if (node.path("aux").has("ID")) {
      imageId = node.path("aux").path("ID").asText();
    }
    var text = node.path("stream").asText();
    var step = STEP.matcher(text);
    if (step.matches()) {
      ended(cached ? BuildStep.State.CACHED : BuildStep.State.DONE, null);
      begin("[" + step.group(1) + "] " + step.group(2));
    } else if (text.startsWith(" ---> Using cache")) {
      cached = true;
    } else if (current != null && !text.startsWith(" ---> ") && !text.isEmpty()) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      listener.output(current, OutputKind.STDOUT, bytes, 0, bytes.length);
    }
  }

  private void begin(String name) {
    cached = false;
    current = new BuildStep(name, name, BuildStep.State.STARTED, Instant.now(), null, null);
    listener.step(current);
  }

  private void ended(BuildStep.State state, @Nullable String error) {
    if (current == null) {
      return;
    }
    if (!current.name().contains("] FROM ")) {
      steps++;
      cachedSteps += cached ? 1 : 0;
    }
    listener.step(
        new BuildStep(
            current.id(), current.name(), state, current.startedAt(), Instant.now(), error));
    current = null;
  }
}
