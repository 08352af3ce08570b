package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** People. */
@Command(
    name = "user",
    aliases = "users",
    description = "Lists, invites and removes people, and says what they may do.",
    mixinStandardHelpOptions = true)
final class UserCommand {
  private static final String ROLES = "viewer, developer, admin or owner.";

  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists everybody with his roles.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode user : session().api().all("/api/users")) {
      List<String> roles = new ArrayList<>();
      for (JsonNode held : user.path("memberships")) {
        String project = Session.text(held, "projectId");
        roles.add(Session.text(held, "role") + (project.equals("-") ? "" : " in " + project));
      }
      rows.add(
          List.of(
              Session.text(user, "email"),
              Session.text(user, "name"),
              roles.isEmpty() ? "-" : String.join(", ", roles),
              user.path("secondFactor").asBoolean() ? "yes" : "no"));
    }
    session().table(List.of("EMAIL", "NAME", "ROLES", "SECOND FACTOR"), rows);
    return 0;
  }

  @Command(
      description = "Invites somebody and prints the token, this once, alone on the last line.",
      mixinStandardHelpOptions = true)
  int invite(
      @Parameters(paramLabel = "EMAIL") String email,
      @Option(names = "--role", required = true, paramLabel = "ROLE", description = ROLES)
          String role,
      @Option(
              names = "--project",
              paramLabel = "ID",
              description = "Only in this project; in the whole organization when left out.")
          @Nullable String project) {
    ObjectNode wish = Api.object().put("email", email).put("role", role);
    if (project != null) {
      wish.put("projectId", project);
    }
    JsonNode made = session().api().post("/api/invitations", wish);
    session()
        .print(
            email
                + " is invited until "
                + Session.text(made, "expiresAt")
                + ". The token is shown this once; it is accepted with POST"
                + " /api/invitations/accept:");
    session().print(made.path("token").asText());
    return 0;
  }

  @Command(description = "Gives somebody a role.", mixinStandardHelpOptions = true)
  int role(
      @Parameters(paramLabel = "EMAIL") String email,
      @Parameters(paramLabel = "ROLE", description = ROLES) String role,
      @Option(names = "--project", paramLabel = "ID") @Nullable String project) {
    ObjectNode wish = Api.object().put("role", role);
    if (project != null) {
      wish.put("projectId", project);
    }
    session().api().patch("/api/users/" + id(email), wish);
    session().print(email + " is " + role + (project == null ? "." : " in " + project + "."));
    return 0;
  }

  @Command(
      description = "Removes somebody; his sessions and keys end at once.",
      mixinStandardHelpOptions = true)
  int remove(@Parameters(paramLabel = "EMAIL") String email) {
    session().api().delete("/api/users/" + id(email));
    session().print("Removed.");
    return 0;
  }

  @Command(
      name = "reset-password",
      description = "Sets somebody's password, on the platform's own host; his sessions end.",
      mixinStandardHelpOptions = true)
  int resetPassword(@Parameters(paramLabel = "EMAIL") String email) {
    Session operator = Session.ofOperator(java.util.Objects.requireNonNull(spec));
    String password = PasswordSource.read(operator.environment(), "New password of " + email);
    operator
        .api()
        .post("/api/password/reset", Api.object().put("email", email).put("password", password));
    operator.print("Set; tell it to " + email + " in a way that nobody else hears.");
    return 0;
  }

  @Command(
      name = "reset-second-factor",
      description = "Takes somebody's second factor away, on the platform's own host.",
      mixinStandardHelpOptions = true)
  int resetSecondFactor(@Parameters(paramLabel = "EMAIL") String email) {
    Session operator = Session.ofOperator(java.util.Objects.requireNonNull(spec));
    operator.api().delete("/api/users/" + id(operator, email) + "/second-factor");
    operator.print("Taken away; the password alone lets " + email + " in.");
    return 0;
  }

  private String id(String email) {
    return id(session(), email);
  }

  private static String id(Session session, String email) {
    for (JsonNode user : session.api().all("/api/users")) {
      if (user.path("email").asText().equalsIgnoreCase(email)) {
        return Api.encoded(user.path("id").asText());
      }
    }
    throw CliFailure.refused(
        "There is nobody with the address " + email + "; ./slipway user list shows who there is.");
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
