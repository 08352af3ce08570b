package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks a server whether it lets us in. */
@Command(
    name = "test-connection",
    description = "Asks a server, whose URL is read from standard input, whether it lets us in.",
    mixinStandardHelpOptions = true)
final class DatabaseTestConnection implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "When the URL does not tell: mysql or mariadb, redis or valkey.")
  @Nullable String engine;

  @Option(names = "--json", description = "The answer as it came, for scripts.")
  boolean json;

  @Override
  public Integer call() {
    Session session = Session.of(Objects.requireNonNull(spec));
    ObjectNode body = Api.object().put("url", SecretInput.read("URL"));
    if (engine != null) {
      body.put("engine", engine);
    }
    JsonNode said = session.api().post("/api/databases/connection-tests", body);
    boolean well = said.path("ok").asBoolean();
    if (json) {
      session.print(said.toPrettyString());
    } else if (well) {
      session.print(
          "It lets us in: version %s, after %s ms."
              .formatted(Session.text(said, "serverVersion"), Session.text(said, "tookMs")));
    } else {
      session.print(said.path("detail").asText() + " " + said.path("remedy").asText());
    }
    return well ? 0 : CliFailure.REFUSED;
  }
}
