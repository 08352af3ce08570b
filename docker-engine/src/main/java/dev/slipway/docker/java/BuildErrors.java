package dev.slipway.docker.java;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildFailure.Reason;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.DockerProblem;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out from a builder's words what kind of failure it was. */
final class BuildErrors {
  private static final Pattern EXIT =
      Pattern.compile("(?:exit code: |returned a non-zero code: )(\\d+)");
  private static final Pattern EXCERPT = Pattern.compile("(?m)^\\S+:(\\d+)\\n-{3,}$");
  private static final Pattern PARSE_LINE = Pattern.compile("parse error (?:on )?line (\\d+)");
  private static final Pattern FINAL = Pattern.compile("(?m)^ERROR: (?:failed to solve: )?(.+)$");
  private static final Pattern NO_IMAGE =
      Pattern.compile(
          "(?:source metadata for |pull access denied for |manifest for |No such image: )"
              + "([^\\s,]+?)(?::? |,|$)");
  private static final int KILLED = 137;

  private BuildErrors() {}

  static DockerProblem explain(BuildSpec spec, Timeline timeline, boolean memoryExhausted) {
    var text = timeline.errorText();
    var step = timeline.failed();
    var line = number(EXCERPT, text);
    var message = message(text, step == null ? null : step.error());
    // Where the kernel keeps no count, a step that was killed although nobody cancelled tells.
    var memory = memoryExhausted || (spec.memoryBytes() > 0 && message.endsWith("code: " + KILLED));
    return explain(message, text, step == null ? null : step.name(), line, memory);
  }

  /**
   * @param message the last sentence
   * @param text everything the builder said about it
   */
  static DockerProblem explain(
      String message, String text, @Nullable String step, @Nullable Integer line, boolean memory) {
    if (message.contains("no space left on device")) {
      return new DockerProblem.DiskFull(message);
    }
    if (engineGone(message)) {
      return new DockerProblem.EngineDown(message, null);
    }
    var exit = number(EXIT, message);
    if (exit != null) {
      var reason = memory ? Reason.OUT_OF_MEMORY : Reason.STEP_FAILED;
      return failed(reason, step, exit, line, message);
    }
    var image = NO_IMAGE.matcher(message);
    if (image.find()) {
      return new DockerProblem.ImageMissing(shortName(image), message);
    }
    var reason = reason(message);
    var parsed = number(PARSE_LINE, text);
    return failed(reason, step, null, parsed == null ? line : parsed, message);
  }

  private static boolean engineGone(String message) {
    return message.contains("Cannot connect to the Docker daemon")
        || message.contains("error reading from server: EOF")
        || message.contains("code = Unavailable");
  }

  private static Reason reason(String message) {
    if (message.contains("failed to read dockerfile")) {
      return Reason.DOCKERFILE_MISSING;
    }
    if (message.contains("calculate checksum of ref")
        || message.contains("file not found in build context")
        || (message.contains("COPY failed") && message.contains("no such file"))) {
      return Reason.FILE_MISSING;
    }
    return message.contains("parse error")
            || message.contains("target stage")
            || message.contains("failed to reach build target")
            || message.contains("Dockerfile cannot be empty")
            || message.contains("unknown instruction")
        ? Reason.DOCKERFILE_INVALID
        : Reason.UNKNOWN;
  }

  private static String shortName(Matcher image) {
    return image.group(1).replaceFirst("^docker\\.io/(library/)?", "");
  }

  private static DockerProblem failed(
      Reason reason,
      @Nullable String step,
      @Nullable Integer exit,
      @Nullable Integer line,
      String message) {
    return new DockerProblem.BuildFailed(new BuildFailure(reason, step, exit, line, message));
  }

  private static String message(String text, @Nullable String stepError) {
    var last = FINAL.matcher(text);
    String found = null;
    while (last.find()) {
      found = last.group(1);
    }
    if (found != null) {
      return found;
    }
    if (stepError != null) {
      return stepError;
    }
    return text.isEmpty() ? "the builder ended without saying why" : text;
  }

  private static @Nullable Integer number(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.find() ? Integer.valueOf(matcher.group(1)) : null;
  }
}
