package dev.slipway.contracts.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure that a person can act on: it names what went wrong, a code for programs, and a remedy.
 * The outside sees it as {@code application/problem+json} (RFC 9457). Its text is safe to show:
 * never put a secret, a stack trace or a path of the host into it.
 */
public class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String title;
  private final String remedy;
  private final transient List<FieldError> errors;

  public Problem(
      int status,
      String code,
      String title,
      String detail,
      String remedy,
      List<FieldError> errors,
      @Nullable Throwable cause) {
    super(detail, cause);
    this.status = status;
    this.code = code;
    this.title = title;
    this.remedy = remedy;
    this.errors = List.copyOf(errors);
  }

  /** The request cannot be accepted as it is: 422 with the fields named. */
  public static Problem invalid(List<FieldError> errors) {
    String detail =
        errors.isEmpty()
            ? "The request is not valid."
            : errors.getFirst().field() + ": " + errors.getFirst().message();
    return new Problem(
        422,
        "invalid_request",
        "The request is not valid",
        detail,
        "Correct the fields named in errors and send the request again.",
        errors,
        null);
  }

  /** One field of the request cannot be accepted. */
  public static Problem invalid(String field, String message) {
    return invalid(List.of(new FieldError(field, message)));
  }

  /** Nothing of that kind has that id. */
  public static Problem notFound(String kind, String id) {
    return new Problem(
        404,
        "not_found",
        "Not found",
        "There is no " + kind + " '" + id + "'.",
        "Check the id; list what exists with the collection's GET.",
        List.of(),
        null);
  }

  /** The state of the thing does not allow what was asked. */
  public static Problem conflict(String code, String detail, String remedy) {
    return new Problem(409, code, "Conflict", detail, remedy, List.of(), null);
  }

  /** Something this needs does not answer just now; the same request may work later. */
  public static Problem unavailable(String detail, @Nullable Throwable cause) {
    return new Problem(
        503,
        "unavailable",
        "Not available just now",
        detail,
        "Try again in a few seconds; if it stays, look at GET /api/health.",
        List.of(),
        cause);
  }

  /** A step of a deployment failed for a reason its owner can mend. */
  public static Problem failed(String code, String detail, String remedy) {
    return failed(code, detail, remedy, null);
  }

  /** A step of a deployment failed for a reason its owner can mend. */
  public static Problem failed(
      String code, String detail, String remedy, @Nullable Throwable cause) {
    return new Problem(422, code, "The deployment failed", detail, remedy, List.of(), cause);
  }

  /** HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** Stable, lower case, for programs: {@code branch_not_found}. */
  public String code() {
    return code;
  }

  /** The kind of failure in a few words, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** This occurrence, in a sentence or two. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** What the reader can do about it. */
  public String remedy() {
    return remedy;
  }

  /** The fields at fault; empty when none is. */
  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }
}
