package dev.slipway.backup.dump;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tools complain about, in the words of a person who can mend it. */
final class ToolFailures implements Complaints {
  private static final String TITLE = "The tool failed";
  private static final int LONGEST = 400;

  private static final Pattern REFUSED =
      either(
          "password authentication failed|no password supplied|role \".*\" does not exist",
          "no pg_hba.conf entry|Access denied for user|is not allowed to connect",
          "NOAUTH|WRONGPASS|invalid username-password|AUTH failed",
          "Authentication failed|AuthenticationFailed|auth error");

  private static final Pattern AWAY =
      either(
          "could not translate host name|could not connect|Connection refused|timeout expired",
          "server closed the connection|database system is (starting|shutting)|terminating connection",
          "connection to server .* failed|No route to host|Network is unreachable",
          "Unknown (MySQL )?(server )?host|Can't connect|Lost connection|server has gone away",
          "Server shutdown in progress|Name or service not known|Temporary failure in name",
          "I/O error|Connection reset|Could not connect|server selection error|no such host",
          "SYNC with master failed|could not receive data|SSL SYSCALL error|Connection timed out");

  private static final Pattern OLDER =
      either(
          "server version mismatch|unsupported version .* in file header|Can't handle RDB format");

  private static final Pattern NOT_THERE =
      either("database \".*\" does not exist|Unknown database");

  private static final Pattern DENIED =
      either("permission denied|command denied|NOPERM|not authorized|Access denied; you need");

  private static final Pattern FULL = either("No space left on device|could not extend file");

  private final DatabaseEngine engine;

  ToolFailures(DatabaseEngine engine) {
    this.engine = engine;
  }

  private static Pattern either(String... parts) {
    return Pattern.compile(String.join("|", parts), Pattern.CASE_INSENSITIVE);
  }

  @Override
  public Problem of(String tool, int code, String stderr, boolean outOfMemory) {
    String said = lastWords(stderr);
    if (outOfMemory) {
      return problem(
          "tool_out_of_memory",
          tool + " reached its memory limit and was killed.",
          "Give it more with SLIPWAY_BACKUP_MEMORY.");
    }
    Problem known = known(stderr, said);
    return known != null
        ? known
        : problem(
            "tool_failed",
            tool + " ended with code " + code + (said.isEmpty() ? "." : ": " + said),
            "Mend what it complains about, then take the backup again.");
  }

  private @Nullable Problem known(String stderr, String said) {
    if (REFUSED.matcher(stderr).find()) {
      return problem(
          "database_refused_password",
          "The server does not let the database's user in: " + said,
          "Somebody has changed the password inside the server: set it back, or tell Slipway the new"
              + " one.");
    }
    if (OLDER.matcher(stderr).find()) {
      return problem(
          "tool_version_older",
          "The " + engine.wire() + " tools are older than what they are to work with: " + said,
          "Set the database's version to the one its server has, so that the tools of that version"
              + " are used.");
    }
    if (NOT_THERE.matcher(stderr).find()) {
      return problem(
          "database_missing",
          "The database is not in its server: " + said,
          "Create it there again, or correct the database's name.");
    }
    if (DENIED.matcher(stderr).find()) {
      return problem(
          "database_denied",
          "The database's user may not do that: " + said,
          "Give it the right to read everything in the database.");
    }
    if (FULL.matcher(stderr).find()) {
      return problem("disk_full", "A disk is full: " + said, "Free space there, then try again.");
    }
    return AWAY.matcher(stderr).find()
        ? problem(
            "database_stopped",
            "The server does not answer, or broke off: " + said,
            "Start the database and see in its log why it stopped, then take the backup again.")
        : null;
  }

  private static Problem problem(String code, String detail, String remedy) {
    return new Problem(422, code, TITLE, detail, remedy, List.of(), null);
  }

  /** The last lines that say something, on one. */
  static String lastWords(String stderr) {
    String[] lines = stderr.strip().split("\\R");
    var words = new StringBuilder();
    for (int i = Math.max(0, lines.length - 3); i < lines.length; i++) {
      words.append(words.isEmpty() ? "" : " / ").append(lines[i].strip());
    }
    String text = words.toString().replaceAll("\\p{Cntrl}", " ");
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }
}
