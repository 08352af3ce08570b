package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The keys by which ssh hosts of repositories are known. */
@Command(
    name = "known-hosts",
    description = "Lists, confirms, pins and forgets the keys of ssh hosts.",
    mixinStandardHelpOptions = true)
final class KnownHostsCommand {
  private static final String HOST = "HOST";

  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists the keys.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode host : session().api().get("/api/known-hosts").path("items")) {
      rows.add(
          List.of(
              Session.text(host, "host"),
              Session.text(host, "key").split(" ")[0],
              Session.text(host, "fingerprint"),
              Session.text(host, "confirmedBy")));
    }
    session().table(List.of(HOST, "TYPE", "FINGERPRINT", "CONFIRMED BY"), rows);
    return 0;
  }

  @Command(
      description = "Notes that the host's fingerprint was compared.",
      mixinStandardHelpOptions = true)
  int confirm(@Parameters(paramLabel = HOST) String host) {
    for (String id : ids(host)) {
      session().api().post("/api/known-hosts/" + id + "/confirm", null);
    }
    session().print("Confirmed.");
    return 0;
  }

  @Command(description = "Makes this the one key of a host.", mixinStandardHelpOptions = true)
  int pin(
      @Parameters(index = "0", paramLabel = HOST) String host,
      @Parameters(index = "1..*", arity = "2..3", paramLabel = "TYPE BASE64") List<String> key) {
    session()
        .api()
        .put("/api/known-hosts", Api.object().put("host", host).put("key", String.join(" ", key)));
    session().print("Pinned.");
    return 0;
  }

  @Command(
      description = "Forgets a host; the next key it shows is remembered.",
      mixinStandardHelpOptions = true)
  int forget(@Parameters(paramLabel = HOST) String host) {
    for (String id : ids(host)) {
      session().api().delete("/api/known-hosts/" + id);
    }
    session().print("Forgotten.");
    return 0;
  }

  private List<String> ids(String host) {
    List<String> ids = new ArrayList<>();
    for (JsonNode known : session().api().get("/api/known-hosts").path("items")) {
      if (known.path("host").asText().equals(host)) {
        ids.add(known.path("id").asText());
      }
    }
    if (ids.isEmpty()) {
      throw CliFailure.refused("No key of '" + host + "' is known.");
    }
    return ids;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
