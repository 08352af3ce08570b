package dev.slipway.backup.destination;

import dev.slipway.contracts.problem.Problem;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import org.apache.http.conn.ConnectTimeoutException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a store's answer, or its silence, means to a person. */
record S3Failures(String store, String bucket) {

  Problem of(SdkException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Problem judged) {
        return judged;
      }
    }
    return switch (failure) {
      case S3Exception answer -> answered(answer);
      case ApiCallTimeoutException late -> Failures.timeout(store, late);
      case ApiCallAttemptTimeoutException late -> Failures.timeout(store, late);
      case AbortedException stopped -> Failures.failed(store, "it was stopped", stopped);
      default -> of(failure, failure);
    };
  }

  Problem of(IOException failure) {
    return of(failure, failure);
  }

  private Problem of(Throwable failure, Throwable outermost) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketTimeoutException || cause instanceof ConnectTimeoutException) {
        return Failures.timeout(store, outermost);
      }
    }
    return Failures.unreachable(store, outermost);
  }

  private Problem answered(S3Exception answer) {
    int status = answer.statusCode();
    var code = codeOf(answer);
    return switch (code) {
      case "NoSuchBucket" -> noBucket(answer);
      case "PermanentRedirect",
          "AuthorizationHeaderMalformed",
          "IllegalLocationConstraintException" ->
          wrongRegion(answer);
      case "QuotaExceeded", "InsufficientStorage", "XMinioStorageFull" ->
          Failures.diskFull("at " + store, answer);
      case "RequestTimeTooSkewed" ->
          Failures.denied(store, ": the clocks of this machine and of the store differ", answer);
      default -> byStatus(status, code, answer);
    };
  }

  private Problem byStatus(int status, String code, S3Exception answer) {
    return switch (status) {
      case 301, 307, 308 -> wrongRegion(answer);
      case 401, 403 -> Failures.denied(store, " (" + status + " " + code + ")", answer);
      case 408 -> Failures.timeout(store, answer);
      case 507 -> Failures.diskFull("at " + store, answer);
      default -> Failures.failed(store, "it answers " + status + " " + code, answer);
    };
  }

  private Problem noBucket(S3Exception answer) {
    return Failures.missing(
        "The bucket '" + bucket + "' at " + store,
        "Make it, or correct its name; and see whether the store wants pathStyle.",
        answer);
  }

  private Problem wrongRegion(S3Exception answer) {
    var right =
        Optional.ofNullable(answer.awsErrorDetails())
            .map(details -> details.sdkHttpResponse())
            .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
            .filter(region -> region.matches("[a-z0-9-]{1,40}"));
    return Failures.problem(
        422,
        "region_wrong",
        "The bucket '" + bucket + "' is not in the region that was given.",
        right
            .map(region -> "Set the region to " + region + ".")
            .orElse(
                "Set the region and the endpoint that the store's owner names for this bucket."),
        answer);
  }

  /** The store's word for it: text of somebody else, so no more than a word. */
  static String codeOf(S3Exception answer) {
    var details = answer.awsErrorDetails();
    var code = details == null || details.errorCode() == null ? "" : details.errorCode();
    return code.matches("[A-Za-z0-9.]{1,60}") ? code : "";
  }
}
