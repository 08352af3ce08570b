package dev.slipway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Watches deployments and logs; a cut connection is taken up again where it was. */
final class Watch {
  private static final int MOST_CUTS = 30;
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final Session session;

  Watch(Session session) {
    this.session = session;
  }

  /** Prints a log until it has ended; a log that never ends until the command is stopped. */
  void log(String path) {
    long after = 0;
    for (int cuts = 0; ; cuts++) {
      try (Stream<String> lines = session.api().follow(path, after)) {
        for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
          String line = each.next();
          if (line.startsWith("id: ")) {
            after = Long.parseLong(line.substring(4).strip());
            cuts = 0;
          } else if (line.startsWith("data: ") && !told(line.substring(6))) {
            return;
          }
        }
      } catch (UncheckedIOException e) {
        if (cuts >= MOST_CUTS) {
          throw new CliFailure(
              CliFailure.UNREACHABLE, "The connection is lost; run the command again.");
        }
      } catch (CliFailure e) {
        if (e.exitCode() != CliFailure.UNREACHABLE || after == 0 || cuts >= MOST_CUTS) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Prints one record; false when it tells the end. */
  private boolean told(String record) {
    JsonNode line = tree(record);
    if (line.path("end").asBoolean()) {
      return false;
    }
    session.print(text(line));
    return true;
  }

  /** A record of a log as a person reads it. */
  static String text(JsonNode line) {
    JsonNode gap = line.path("gap");
    return gap.isObject()
        ? "… lines " + gap.path("from").asText() + " to " + gap.path("to").asText() + " were lost …"
        : line.path("line").asText();
  }

  /**
   * Waits for a deployment's end and tells how it went; the exit code is 1 unless it is a success.
   */
  int untilEnd(JsonNode begun) {
    JsonNode deployment = begun;
    while (!isEnded(deployment)) {
      deployment = session.api().get("/api/deployments/" + begun.path("id").asText() + "?wait=60");
    }
    return told(deployment);
  }

  private int told(JsonNode deployment) {
    String number = deployment.path("number").asText();
    String status = deployment.path("status").asText();
    if (status.equals("success")) {
      String application = deployment.path("applicationId").asText();
      String url = session.api().get("/api/applications/" + application).path("url").asText();
      session.print(
          "Deployment "
              + number
              + " serves after "
              + Session.text(deployment, "durationSeconds")
              + " s: "
              + url);
      return 0;
    }
    JsonNode failure = deployment.path("failure");
    if (failure.isObject()) {
      throw CliFailure.refused(
          "Deployment "
              + number
              + " failed at "
              + failure.path("step").asText()
              + ": "
              + failure.path("detail").asText()
              + " "
              + failure.path("remedy").asText());
    }
    throw CliFailure.refused(
        "Deployment "
            + number
            + " was "
            + status
            + " ("
            + Session.text(deployment, "reason")
            + ").");
  }

  private static boolean isEnded(JsonNode deployment) {
    return switch (deployment.path("status").asText()) {
      case "success", "failed", "cancelled" -> true;
      default -> false;
    };
  }

  private static JsonNode tree(String json) {
    try {
      return Api.JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, "What answers is not Slipway; check --url and the port.");
    }
  }
}
