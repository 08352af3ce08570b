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

/** Registries that ask for credentials. */
@Command(
    name = "registries",
    description = "Lists, adds, tests and removes registries.",
    mixinStandardHelpOptions = true)
final class RegistriesCommand {
  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists the registries.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode registry : session().api().get("/api/registries").path("items")) {
      rows.add(
          List.of(
              Session.text(registry, "name"),
              Session.text(registry, "address"),
              Session.text(registry, "username")));
    }
    session().table(List.of("NAME", "ADDRESS", "USER"), rows);
    return 0;
  }

  @Command(
      description = "Adds a registry, its password read from standard input.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(index = "0", paramLabel = "NAME") String name,
      @Option(names = "--address", required = true, paramLabel = "HOST[:PORT]") String address,
      @Option(names = "--user", required = true, paramLabel = "NAME") String user) {
    JsonNode made =
        session()
            .api()
            .post(
                "/api/registries",
                Api.object()
                    .put("name", name)
                    .put("address", address)
                    .put("username", user)
                    .put("password", SecretInput.read("password")));
    return told(made.path("id").asText());
  }

  @Command(
      description = "Presents the credentials and tells what the registry says.",
      mixinStandardHelpOptions = true)
  int test(@Parameters(paramLabel = "NAME") String name) {
    return told(id(name));
  }

  @Command(description = "Removes a registry.", mixinStandardHelpOptions = true)
  int remove(@Parameters(paramLabel = "NAME") String name) {
    session().api().delete("/api/registries/" + id(name));
    session().print("Removed.");
    return 0;
  }

  private int told(String id) {
    JsonNode said = session().api().post("/api/registries/" + id + "/test", null);
    session().print(said.path("message").asText());
    return said.path("ok").asBoolean() ? 0 : CliFailure.REFUSED;
  }

  private String id(String name) {
    for (JsonNode registry : session().api().get("/api/registries").path("items")) {
      if (registry.path("name").asText().equals(name)) {
        return registry.path("id").asText();
      }
    }
    throw CliFailure.refused("There is no registry '" + name + "'.");
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
