package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Whether the platform is well. */
@Command(
    name = "status",
    description = "Tells whether the platform is well, and where it answers.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    JsonNode health = session.api().get("/api/health");
    boolean well = health.path("status").asText().equals("ok");
    session.print("Slipway at " + session.api().url() + " is " + (well ? "well." : "degraded."));
    for (Map.Entry<String, JsonNode> check : health.path("checks").properties()) {
      String detail = Session.text(check.getValue(), "detail");
      session.print(
          "  "
              + check.getKey()
              + ": "
              + check.getValue().path("status").asText()
              + (detail.equals("-") ? "" : " (" + detail + ")"));
    }
    int alarms = health.path("openAlarms").asInt();
    if (alarms > 0) {
      session.print("  alarms: " + alarms + " open; './slipway alarms' shows them");
    }
    JsonNode installation = session.api().get("/api/installation");
    session.print(
        "  version "
            + installation.path("version").asText()
            + ", installation "
            + installation.path("id").asText());
    session.print(
        "  applications answer at http://NAME."
            + installation.path("applicationsDomain").asText()
            + ":"
            + installation.path("applicationsPort").asText());
    ProcessesCommand.print(session, installation);
    return well ? 0 : CliFailure.REFUSED;
  }
}
