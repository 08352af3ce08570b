package dev.slipway.gateway.http;

import dev.slipway.contracts.FreshId;
import dev.slipway.contracts.problem.FieldError;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.contracts.problem.RetryLater;
import dev.slipway.platform.secrets.UnreadableSecret;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where failures become {@code application/problem+json}. What the caller can mend is
 * told in full; what only we can mend is logged under a number, and the caller learns the number.
 */
public final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** RFC 9457 with our members. */
  private record Body(
      String type,
      String title,
      int status,
      String detail,
      String code,
      String remedy,
      List<FieldError> errors) {}

  /** Answers a request with a failure; cuts the connection when an answer has already begun. */
  public static void answer(HttpServerRequest request, Throwable failure) {
    HttpServerResponse response = request.response();
    Problem problem = of(failure);
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      request.connection().close();
      return;
    }
    LOG.debug("{} {} -> {} {}", request.method(), request.path(), problem.status(), problem.code());
    response
        .setStatusCode(problem.status())
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Cache-Control", "no-store");
    if (problem instanceof RetryLater later) {
      response.putHeader("Retry-After", String.valueOf(later.seconds()));
    } else if (problem.status() == 503 || problem.status() == 429) {
      response.putHeader("Retry-After", "2");
    }
    response.end(
        ApiJson.buffer(
            new Body(
                "about:blank",
                problem.title(),
                problem.status(),
                problem.detail(),
                problem.code(),
                problem.remedy(),
                problem.errors())));
    BodyReader.drain(request);
  }

  /** Any failure as one that may be shown. */
  public static Problem of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem problem) {
        return problem;
      }
      if (cause instanceof UnreadableSecret) {
        LOG.error("A stored secret cannot be read", failure);
        return unreadable(cause, failure);
      }
      if (isPassing(cause)) {
        LOG.warn("PostgreSQL does not answer: {}", cause.toString());
        return Problem.unavailable("The database does not answer just now.", failure);
      }
    }
    String number = FreshId.of("err");
    LOG.error("A request failed ({})", number, failure);
    return new Problem(
        500,
        "internal_error",
        "The platform failed",
        "Something went wrong on our side; the platform's log has it under " + number + ".",
        "Try again; if it stays, look at ./slipway logs and report it with that number.",
        List.of(),
        failure);
  }

  private static Problem unreadable(Throwable cause, Throwable failure) {
    return new Problem(
        500,
        "secret_unreadable",
        "A stored secret cannot be read",
        String.valueOf(cause.getMessage()),
        "When keys were rotated a moment ago, try again; else restore the database together with"
            + " the master key of that time.",
        List.of(),
        failure);
  }

  private static boolean isPassing(Throwable cause) {
    return cause instanceof IOException
        || cause instanceof TimeoutException
        || cause instanceof io.netty.handler.timeout.TimeoutException
        || cause.getClass().getName().equals("io.vertx.sqlclient.ClosedConnectionException")
        || "Timeout".equals(cause.getMessage())
        || isServerGoingAway(String.valueOf(cause.getMessage()));
  }

  /**
   * PostgreSQL's own codes for "shut down", "crashed", "starting up" and "too many connections".
   */
  private static boolean isServerGoingAway(String message) {
    return message.startsWith("FATAL: ")
        && (message.endsWith("(57P01)")
            || message.endsWith("(57P02)")
            || message.endsWith("(57P03)")
            || message.endsWith("(53300)"));
  }
}
