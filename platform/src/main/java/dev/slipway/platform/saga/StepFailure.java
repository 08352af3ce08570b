package dev.slipway.platform.saga;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.slipway.contracts.problem.Problem;

/**
 * Why a step failed, as its journal keeps it.
 *
 * @param step the step's name
 * @param type the exception's class
 * @param code the {@link Problem}'s code, or {@code internal}
 * @param message the {@link Problem}'s detail: safe to show
 * @param remedy what a person can do
 */
public record StepFailure(String step, String type, String code, String message, String remedy) {

  static StepFailure of(String step, Throwable failure) {
    if (failure instanceof Problem problem) {
      return new StepFailure(
          step, failure.getClass().getName(), problem.code(), problem.detail(), problem.remedy());
    }
    String text = failure.getMessage();
    return new StepFailure(
        step,
        failure.getClass().getName(),
        "internal",
        text == null || text.isBlank() ? failure.getClass().getSimpleName() : text,
        "Try again; if it fails in the same way, look at the platform's own log.");
  }

  /** The same of a saga that is stuck: what mends it is not the end of it. */
  StepFailure parked() {
    return new StepFailure(
        step, type, code, message, remedy + " Then retry it: it goes on from there.");
  }

  /** True when the step did not foresee this: the platform's log holds the stack trace. */
  @JsonIgnore
  public boolean isInternal() {
    return code.equals("internal");
  }
}
