package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command in a replica. */
@Command(
    name = "exec",
    description = {
      "Runs a command in a replica, on whichever host it is, and ends with its exit code.",
      "./slipway exec shop -- ls -l /data"
    },
    mixinStandardHelpOptions = true)
final class ExecCommand implements Callable<Integer> {
  /** As `timeout` ends. */
  private static final int LATE = 124;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--replica",
      paramLabel = "SLOT|ID",
      description = "Which one; 'replicas' shows them (the first).")
  @Nullable String replica;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "1 to 60 (30).",
      defaultValue = "30")
  int timeout;

  @Parameters(index = "0", paramLabel = "APP", description = "Name or id of the application.")
  String app = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "Program and arguments.")
  List<String> command = List.of();

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    String id = session.application(app).path("id").asText();
    ObjectNode body = Api.object().put("timeoutSeconds", timeout);
    command.forEach(body.putArray("command")::add);
    if (replica != null) {
      body.put("replica", replica);
    }
    JsonNode done = session.api().post("/api/applications/" + Api.encoded(id) + "/exec", body);
    String output = done.path("output").asText();
    if (!output.isEmpty()) {
      session.print(output.endsWith("\n") ? output.substring(0, output.length() - 1) : output);
    }
    long dropped = done.path("dropped").asLong();
    if (dropped > 0) {
      session.print("slipway: " + dropped + " more bytes of output are not shown.");
    }
    if (!done.path("exitCode").isNull()) {
      return done.path("exitCode").asInt();
    }
    session.print("slipway: it has not ended within " + timeout + " s and may go on.");
    return LATE;
  }
}
