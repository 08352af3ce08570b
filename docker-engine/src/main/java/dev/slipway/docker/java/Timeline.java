package dev.slipway.docker.java;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.OutputKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code --progress=rawjson}. In buildx 0.13 these are indented objects over many lines, in
 * later ones an object per line; what is no JSON is the error text at the end.
 */
final class Timeline {
  private static final Pattern INSTRUCTION = Pattern.compile("^\\[[^\\]]*\\d+/\\d+\\] (?!FROM ).*");
  private static final int MAX_TEXT = 64 * 1024;

  /** BuildKit ends a look-up at once and then takes the step up again: that end is none yet. */
  private static final Duration PREMATURE = Duration.ofMillis(1);

  private final BuildListener listener;
  private final Map<String, BuildStep> steps = new LinkedHashMap<>();
  private final Map<String, BuildStep> untold = new LinkedHashMap<>();
  private final StringBuilder object = new StringBuilder();
  private final StringBuilder text = new StringBuilder();

  Timeline(BuildListener listener) {
    this.listener = listener;
  }

  void line(String line) {
    if (object.isEmpty() && !line.startsWith("{")) {
      if (text.length() < MAX_TEXT) {
        text.append(line).append('\n');
      }
      return;
    }
    var whole = object.isEmpty() ? line.length() > 1 && line.endsWith("}") : line.equals("}");
    object.append(line).append('\n');
    if (whole) {
      var json = object.toString();
      object.setLength(0);
      accept(json);
    }
  }

  private void accept(String json) {
    JsonNode news;
    try {
      news = EngineApi.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      text.append(json);
      return;
    }
    news.path("vertexes").forEach(this::vertex);
    news.path("logs").forEach(this::log);
    for (var warning : news.path("warnings")) {
      output(warning.path("vertex").asText(), OutputKind.STDERR, warning.path("short"));
    }
  }

  private void vertex(JsonNode node) {
    var started = Nodes.instant(node.path("started"));
    var completed = Nodes.instant(node.path("completed"));
    if (started == null) {
      return; // only announced; a step that is never reached is never told
    }
    var id = node.path("digest").asText();
    var error = Nodes.text(node.path("error"));
    var state = state(node, completed, error);
    var step = new BuildStep(id, node.path("name").asText(), state, started, completed, error);
    var before = steps.get(id);
    if (before == null || before.state() != state) {
      tell(before, step);
    }
  }

  private static BuildStep.State state(
      JsonNode node, @Nullable Instant completed, @Nullable String error) {
    if (error != null) {
      return error.endsWith("context canceled")
          ? BuildStep.State.CANCELLED
          : BuildStep.State.FAILED;
    }
    if (node.path("cached").asBoolean()) {
      return BuildStep.State.CACHED;
    }
    return completed == null ? BuildStep.State.STARTED : BuildStep.State.DONE;
  }

  private void tell(@Nullable BuildStep before, BuildStep step) {
    if (step.state() == BuildStep.State.DONE && step.took().compareTo(PREMATURE) < 0) {
      untold.put(step.id(), step);
      return;
    }
    var takenUpAgain = untold.remove(step.id()) != null;
    steps.put(step.id(), step);
    if (!(takenUpAgain && before != null && step.state() == BuildStep.State.STARTED)) {
      listener.step(step);
    }
  }

  /** Tells what was held back: no more news will come. */
  void finish() {
    for (var step : untold.values()) {
      steps.put(step.id(), step);
      listener.step(step);
    }
    untold.clear();
  }

  private void log(JsonNode node) {
    var kind = node.path("stream").asInt() == 2 ? OutputKind.STDERR : OutputKind.STDOUT;
    output(node.path("vertex").asText(), kind, node.path("data"));
  }

  private void output(String id, OutputKind kind, JsonNode base64) {
    var bytes = Base64.getDecoder().decode(base64.asText());
    var step = steps.get(id);
    if (step != null && bytes.length > 0) {
      listener.output(step, kind, bytes, 0, bytes.length);
    }
  }

  /** What buildx said at the end, in its own words. */
  String errorText() {
    return text.toString().strip();
  }

  @Nullable BuildStep failed() {
    BuildStep last = null;
    for (var step : steps.values()) {
      if (step.state() == BuildStep.State.FAILED) {
        last = step;
      }
    }
    return last;
  }

  /** A failure at whatever step runs now. */
  BuildFailure failure(BuildFailure.Reason reason, String message) {
    String running = null;
    for (var step : steps.values()) {
      if (step.state() == BuildStep.State.STARTED && !step.internal()) {
        running = step.name();
      }
    }
    return new BuildFailure(reason, running, null, null, message);
  }

  int instructions() {
    return (int) steps.values().stream().filter(Timeline::instruction).count();
  }

  int cachedInstructions() {
    return (int)
        steps.values().stream()
            .filter(step -> instruction(step) && step.state() == BuildStep.State.CACHED)
            .count();
  }

  private static boolean instruction(BuildStep step) {
    return INSTRUCTION.matcher(step.name()).matches();
  }
}
