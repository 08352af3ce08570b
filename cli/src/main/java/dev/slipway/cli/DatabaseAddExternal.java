package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gets to know somebody else's server. */
@Command(
    name = "add-external",
    description =
        "Gets to know somebody else's server by its URL, which is read from standard input"
            + " because it holds a password.",
    mixinStandardHelpOptions = true)
final class DatabaseAddExternal implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "What variables call it.")
  String name = "";

  @Option(
      names = "--engine",
      required = true,
      paramLabel = "ENGINE",
      description = "postgresql, mariadb, mysql, mongodb, redis or valkey.")
  String engine = "";

  @Option(names = "--project", paramLabel = "PROJECT", description = "Name or id (default).")
  @Nullable String project;

  @Option(names = "--no-test", description = "Do not ask it whether it lets us in.")
  boolean untested;

  @Option(names = "--json", description = "The answer as it came, for scripts.")
  boolean json;

  @Override
  public Integer call() {
    Session session = Session.of(Objects.requireNonNull(spec));
    ObjectNode body = Api.object().put("name", name).put("engine", engine);
    if (project != null) {
      body.put("projectId", session.project(project).path("id").asText());
    }
    body.put("url", SecretInput.read("URL"));
    JsonNode made = session.api().post("/api/databases?test=" + !untested, body);
    session.print(
        json
            ? made.toPrettyString()
            : "'%s' is known: %s %s at %s:%s."
                .formatted(
                    name,
                    Session.text(made, "engine"),
                    Session.text(made, "version"),
                    Session.text(made, "host"),
                    Session.text(made, "port")));
    return 0;
  }
}
