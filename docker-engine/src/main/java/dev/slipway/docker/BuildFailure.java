package dev.slipway.docker;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a build failed.
 *
 * @param step the failing step as shown in the timeline, such as {@code [2/3] RUN npm ci}; null
 *     when no step had begun
 * @param exitCode what the step's command returned, when it was a command
 * @param dockerfileLine 1-based line of the Dockerfile, when known
 * @param message one sentence from the builder
 */
public record BuildFailure(
    Reason reason,
    @Nullable String step,
    @Nullable Integer exitCode,
    @Nullable Integer dockerfileLine,
    String message)
    implements Serializable {

  /** The kinds of failure a person mends in different ways. */
  public enum Reason {
    STEP_FAILED(
        "build_step_failed",
        "Read the lines the step printed last; it fails the same way locally."),
    OUT_OF_MEMORY(
        "build_out_of_memory", "Give the build more memory, or let the step use fewer workers."),
    TIMED_OUT("build_timed_out", "Raise the build's time limit, or make the slow step faster."),
    DOCKERFILE_MISSING(
        "dockerfile_missing", "Set the Dockerfile's path relative to the root directory."),
    DOCKERFILE_INVALID("dockerfile_invalid", "Correct the line the builder names."),
    FILE_MISSING(
        "build_file_missing",
        "A COPY or ADD names a file that is not in the context; see also .dockerignore."),
    UNKNOWN("build_failed", "Read the build's log; its last lines say what stopped it.");

    private final String code;
    private final String remedy;

    Reason(String code, String remedy) {
      this.code = code;
      this.remedy = remedy;
    }

    /** A stable word for programs. */
    public String code() {
      return code;
    }

    /** What a person can do about it. */
    public String remedy() {
      return remedy;
    }
  }
}
