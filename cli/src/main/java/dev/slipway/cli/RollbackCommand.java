package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings an older release back. */
@Command(
    name = "rollback",
    description = "Brings an older release back without a build, and waits until it serves.",
    mixinStandardHelpOptions = true)
final class RollbackCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "APP", description = "Name or id of the application.")
  String application = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DEPLOYMENT",
      description = "Id or number of the deployment to go back to (the one that served before).")
  @Nullable String deployment;

  @Option(
      names = "--skip-backups",
      description = "In an emergency: without the backups that schedules want before it.")
  boolean skipBackups;

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    JsonNode app = session.application(application);
    String target = target(session, app);
    ObjectNode body = skipBackups ? Api.object().put("skipBackups", true) : null;
    return new Watch(session)
        .untilEnd(session.api().post("/api/deployments/" + target + "/rollback", body));
  }

  private String target(Session session, JsonNode app) {
    String wanted = deployment;
    if (wanted == null) {
      return before(session, app);
    }
    if (!wanted.matches("[0-9]{1,9}")) {
      return Api.encoded(wanted);
    }
    String id = app.path("id").asText();
    for (JsonNode each : session.api().all("/api/deployments?applicationId=" + id)) {
      if (each.path("number").asText().equals(wanted)) {
        return each.path("id").asText();
      }
    }
    throw CliFailure.refused(
        "'"
            + application
            + "' has no deployment "
            + wanted
            + ". ./slipway deployments list --app "
            + application
            + " shows them.");
  }

  /** The release that served last before the one that serves now. */
  private String before(Session session, JsonNode app) {
    String best = "";
    String latest = "";
    for (JsonNode release :
        session.api().all("/api/applications/" + app.path("id").asText() + "/releases")) {
      String state = release.path("state").asText();
      String served = release.path("servedAt").asText("");
      if ((state.equals("warm") || state.equals("cold")) && served.compareTo(latest) > 0) {
        latest = served;
        best = release.path("deploymentId").asText();
      }
    }
    if (best.isEmpty()) {
      throw CliFailure.refused(
          "'"
              + application
              + "' has no older release to go back to. ./slipway deployments list --app "
              + application
              + " shows what there was.");
    }
    return best;
  }
}
