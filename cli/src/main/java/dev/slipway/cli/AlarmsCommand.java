package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What somebody must look at. */
@Command(
    name = "alarms",
    description = {"Shows what somebody must look at.", "Exit code 1 while an alarm is open."},
    mixinStandardHelpOptions = true)
final class AlarmsCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(names = "--all", description = "Also those whose cause is gone.")
  boolean all;

  @Override
  public Integer call() {
    Session session = Session.of(Objects.requireNonNull(spec));
    int open = 0;
    for (JsonNode alarm : session.api().all("/api/alarms" + (all ? "" : "?open=true"))) {
      boolean over = !alarm.path("clearedAt").isNull();
      open += over ? 0 : 1;
      session.print(
          Session.text(alarm, "raisedAt")
              + "  "
              + Session.text(alarm, "code")
              + (over ? " (cleared " + Session.text(alarm, "clearedAt") + ")" : ""));
      session.print("  " + Session.text(alarm, "detail"));
      session.print("  " + Session.text(alarm, "remedy"));
    }
    if (open == 0) {
      session.print("No alarm is open.");
    }
    return open == 0 ? 0 : CliFailure.REFUSED;
  }
}
