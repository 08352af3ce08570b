package dev.slipway.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The log of a database's server. */
@Command(
    name = "logs",
    description = "Prints what its server prints.",
    mixinStandardHelpOptions = true)
final class DatabaseLogs implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = DatabaseCommand.DATABASE, description = DatabaseCommand.NAME_OR_ID)
  String database = "";

  @Mixin LogsCommand.Extent extent = new LogsCommand.Extent();

  @Override
  public Integer call() {
    Session session = Session.of(Objects.requireNonNull(spec));
    String id = session.database(database).path("id").asText();
    return extent.print(session, "/api/databases/" + Api.encoded(id) + "/logs");
  }
}
