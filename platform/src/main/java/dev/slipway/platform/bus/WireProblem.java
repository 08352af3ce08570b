package dev.slipway.platform.bus;

import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link Problem} on its way over the bus: what a stranger may read, no stack trace. */
record WireProblem(
    int status,
    String code,
    String title,
    String detail,
    String remedy,
    @Nullable List<FieldError> errors) {

  static WireProblem of(Throwable failure) {
    if (failure instanceof Problem problem) {
      return new WireProblem(
          problem.status(),
          problem.code(),
          problem.title(),
          problem.detail(),
          problem.remedy(),
          problem.errors());
    }
    // The text of an unforeseen failure may hold anything: it stays in the answering process' log.
    return new WireProblem(
        500,
        "internal",
        "Something failed that should not",
        "The answering service met an unexpected " + failure.getClass().getSimpleName() + ".",
        "Look at the platform's log.",
        List.of());
  }

  Problem problem(@Nullable Throwable cause) {
    return new Problem(
        status, code, title, detail, remedy, errors == null ? List.of() : errors, cause);
  }
}
