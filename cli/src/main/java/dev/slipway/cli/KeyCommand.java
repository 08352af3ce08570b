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

/** API keys. */
@Command(
    name = "key",
    aliases = "keys",
    description = "Makes, lists and revokes API keys.",
    mixinStandardHelpOptions = true)
final class KeyCommand {
  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Makes a key and prints it, this once, alone on the last line.",
      mixinStandardHelpOptions = true)
  int create(
      @Option(names = "--name", required = true, paramLabel = "NAME") String name,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              description =
                  "admin, read, write or deploy; may be repeated (read, write and deploy).")
          @Nullable List<String> scopes) {
    ObjectNode body = Api.object().put("name", name);
    if (scopes != null) {
      scopes.forEach(body.putArray("scopes")::add);
    }
    JsonNode made = session().api().post("/api/keys", body);
    List<String> held = new ArrayList<>();
    made.path("scopes").forEach(scope -> held.add(scope.asText()));
    session()
        .print("Key '" + name + "' may " + String.join(", ", held) + ". It is shown this once:");
    session().print(made.path("key").asText());
    return 0;
  }

  @Command(
      description = "Lists the keys, never the keys themselves.",
      mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode key : session().api().all("/api/keys")) {
      List<String> scopes = new ArrayList<>();
      key.path("scopes").forEach(scope -> scopes.add(scope.asText()));
      rows.add(
          List.of(
              Session.text(key, "id"),
              Session.text(key, "name"),
              Session.text(key, "prefix") + "…",
              String.join(",", scopes),
              Session.text(key, "lastUsedAt")));
    }
    session().table(List.of("ID", "NAME", "KEY", "SCOPES", "LAST USED"), rows);
    return 0;
  }

  @Command(description = "Revokes a key.", mixinStandardHelpOptions = true)
  int revoke(@Parameters(paramLabel = "ID") String id) {
    session().api().delete("/api/keys/" + Api.encoded(id));
    session().print("Revoked.");
    return 0;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
