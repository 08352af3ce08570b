package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The webhook of an application: a push deploys. */
@Command(
    name = "webhook",
    description = "Shows where pushes are told to, makes its secret, and shows what came.",
    mixinStandardHelpOptions = true)
final class WebhookCommand {
  private static final String APP = "APP";

  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Shows the address, whether there is a secret, and what came last.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = APP) String app) {
    Session session = session();
    JsonNode webhook = session.api().get(path(session, app));
    session.print("URL:     " + webhook.path("url").asText());
    session.print(
        "Secret:  "
            + (webhook.path("secretSet").asBoolean()
                ? "made by "
                    + webhook.path("rotatedBy").asText()
                    + " at "
                    + webhook.path("rotatedAt").asText()
                : "none, so nothing is taken; ./slipway webhook rotate " + app + " makes one"));
    session.print("Refused: " + webhook.path("refused").asText());
    JsonNode last = webhook.path("lastDelivery");
    session.print(
        "Last:    "
            + (last.isObject()
                ? last.path("receivedAt").asText() + " " + String.join(" ", row(last))
                : "nothing came yet"));
    return 0;
  }

  @Command(
      description = "Makes a new secret and shows it this once; the one before is void.",
      mixinStandardHelpOptions = true)
  int rotate(@Parameters(paramLabel = APP) String app) {
    Session session = session();
    JsonNode made = session.api().post(path(session, app) + "/rotate", null);
    session.print("URL:    " + made.path("url").asText());
    session.print("Secret: " + made.path("secret").asText());
    return 0;
  }

  @Command(
      description = "Lists the newest deliveries and what came of them.",
      mixinStandardHelpOptions = true)
  int deliveries(
      @Parameters(paramLabel = APP) String app,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "How many, 1 to 200.",
              defaultValue = "20")
          int limit,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              description = "json: for scripts.",
              defaultValue = "table")
          String format) {
    Session session = session();
    JsonNode found =
        session.api().get(path(session, app) + "/deliveries?limit=" + limit).path("items");
    if (format.equals("json")) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    found.forEach(delivery -> {
      List<String> row = new ArrayList<>(row(delivery));
      row.addFirst(Session.text(delivery, "receivedAt"));
      row.addFirst(Session.text(delivery, "id"));
      rows.add(row);
    });
    session.table(
        List.of("ID", "AT", "FROM", "OUTCOME", "REASON", "REF", "COMMIT", "BY", "DEPLOYMENT"),
        rows);
    return 0;
  }

  @Command(
      description = "Carries a delivery out again: webhook replay APP DELIVERY",
      mixinStandardHelpOptions = true)
  int replay(
      @Parameters(index = "0", paramLabel = APP) String app,
      @Parameters(index = "1", paramLabel = "DELIVERY") String delivery) {
    Session session = session();
    JsonNode made =
        session
            .api()
            .post(path(session, app) + "/deliveries/" + Api.encoded(delivery) + "/replay", null);
    session.print(
        made.path("deploymentId").isTextual()
            ? "Deployment " + made.path("deploymentId").asText() + " was asked for."
            : "Nothing is deployed: " + made.path("detail").asText());
    return 0;
  }

  private static List<String> row(JsonNode delivery) {
    String branch = Session.text(delivery, "branch");
    String commit = Session.text(delivery, "commitSha");
    return List.of(
        Session.text(delivery, "provider"),
        Session.text(delivery, "outcome"),
        Session.text(delivery, "reason"),
        branch.equals("-") ? Session.text(delivery, "tag") : branch,
        commit.length() > 7 ? commit.substring(0, 7) : commit,
        Session.text(delivery, "pusher"),
        Session.text(delivery, "deploymentId"));
  }

  private static String path(Session session, String app) {
    return "/api/applications/" + session.application(app).path("id").asText() + "/webhook";
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
