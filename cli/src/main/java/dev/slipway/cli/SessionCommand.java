package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Who is signed in where. */
@Command(
    name = "session",
    aliases = "sessions",
    description = "Lists and ends sessions of people who are signed in.",
    mixinStandardHelpOptions = true)
final class SessionCommand {
  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Lists sessions: one's own, or everybody's with the operator's key.",
      mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode open : session().api().all("/api/sessions")) {
      rows.add(
          List.of(
              Session.text(open, "id"),
              Session.text(open, "email"),
              Session.text(open, "address"),
              Session.text(open, "lastSeenAt"),
              Session.text(open, "userAgent")));
    }
    session().table(List.of("ID", "EMAIL", "FROM", "LAST SEEN", "WITH"), rows);
    return 0;
  }

  @Command(description = "Ends a session at once.", mixinStandardHelpOptions = true)
  int revoke(@Parameters(paramLabel = "ID") String id) {
    session().api().delete("/api/sessions/" + Api.encoded(id));
    session().print("Ended.");
    return 0;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
