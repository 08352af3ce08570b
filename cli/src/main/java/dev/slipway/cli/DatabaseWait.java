package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Follows work on a database until its end, telling each step as it begins. */
final class DatabaseWait {
  /** Seconds of one question, so that steps are told while they are done. */
  private static final int LOOK = 2;

  private final Session session;

  DatabaseWait(Session session) {
    this.session = session;
  }

  /** Whether and how long somebody waits. */
  static final class Patience {
    @Option(names = "--wait", description = "Wait until it is done, telling its steps.")
    boolean wait;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        description = "How long to wait (600).",
        defaultValue = "600")
    int timeout;
  }

  /**
   * Exit code 0 when it is done or need not be waited for.
   *
   * @param asked the database with the work on it, as the change answered; empty: it is gone
   */
  int until(Patience patience, JsonNode asked, String done) {
    String name = Session.text(asked, "name");
    JsonNode work = asked.path("work");
    if (!work.isObject()) {
      session.print(name.equals("-") ? "Done." : "'" + name + "' " + done + ".");
      return 0;
    }
    if (!patience.wait) {
      session.print(
          work.path("id").asText()
              + " asked for; './slipway database work "
              + name
              + "' shows how far it is.");
      return 0;
    }
    return ended(followed(patience, work), name, done);
  }

  private JsonNode followed(Patience patience, JsonNode begun) {
    String path =
        "/api/databases/"
            + Api.encoded(begun.path("databaseId").asText())
            + "/work/"
            + Api.encoded(begun.path("id").asText());
    boolean removal = begun.path("kind").asText().equals("remove");
    JsonNode work = begun;
    String told = "";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience.timeout);
    while (!isEnded(work) && System.nanoTime() < end) {
      String step = Session.text(work, "step");
      if (!step.equals(told) && !step.equals("-")) {
        session.print(step);
        told = step;
      }
      work = look(path, removal);
    }
    if (isEnded(work)) {
      return work;
    }
    throw CliFailure.refused(
        "It is not done after "
            + patience.timeout
            + " s and goes on; './slipway database list' shows how far it is.");
  }

  /** The rows of a database that was removed are gone with it: that is the end. */
  private JsonNode look(String path, boolean removal) {
    try {
      return session.api().get(path + "?wait=" + LOOK);
    } catch (CliFailure e) {
      if (removal && e.exitCode() == CliFailure.REFUSED && e.line().startsWith("There is no ")) {
        return Api.object().put("status", "success");
      }
      throw e;
    }
  }

  private int ended(JsonNode work, String name, String done) {
    String status = work.path("status").asText();
    if (status.equals("success")) {
      session.print("'" + name + "' " + done + ".");
      return 0;
    }
    JsonNode failure = work.path("failure");
    if (!failure.isObject()) {
      throw CliFailure.refused("The work on '" + name + "' was " + status + ".");
    }
    failure.path("logTail").forEach(line -> session.print("  " + line.asText()));
    throw CliFailure.refused(
        "It failed at "
            + failure.path("step").asText()
            + ": "
            + failure.path("detail").asText()
            + " "
            + failure.path("remedy").asText());
  }

  private static boolean isEnded(JsonNode work) {
    return switch (work.path("status").asText()) {
      case "success", "failed", "cancelled" -> true;
      default -> false;
    };
  }
}
