package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Where backups lie. */
@Command(
    name = "destination",
    aliases = "destinations",
    description = "Adds, lists, shows, checks and removes places for backups.",
    mixinStandardHelpOptions = true,
    subcommands = DestinationCommand.Add.class)
final class DestinationCommand {
  private static final String NAME = "NAME";

  @Spec @Nullable CommandSpec spec;

  /** One kind of place each. */
  @Command(
      name = "add",
      description = "Adds a place for backups and checks it.",
      mixinStandardHelpOptions = true)
  static final class Add {
    @Spec @Nullable CommandSpec spec;

    @Command(
        description = "A directory on the machine of the backup service.",
        mixinStandardHelpOptions = true)
    int local(
        @Parameters(paramLabel = NAME) String name,
        @Option(names = "--path", required = true, paramLabel = "DIR") String path) {
      ObjectNode body = Api.object().put("name", name);
      body.putObject("local").put("path", path);
      return added(body);
    }

    @Command(
        description = "A bucket of an S3-compatible store; its secret key on standard input.",
        mixinStandardHelpOptions = true)
    int s3(
        @Parameters(paramLabel = NAME) String name,
        @Option(names = "--endpoint", required = true, paramLabel = "URL") String endpoint,
        @Option(names = "--bucket", required = true, paramLabel = "BUCKET") String bucket,
        @Option(names = "--access-key", required = true, paramLabel = "ID") String accessKey,
        @Option(names = "--region", paramLabel = "REGION", defaultValue = "us-east-1")
            String region,
        @Option(names = "--prefix", paramLabel = "PATH", defaultValue = "") String prefix,
        @Option(names = "--path-style", description = "The bucket is in the path.")
            boolean pathStyle) {
      ObjectNode body = Api.object().put("name", name);
      body.putObject("s3")
          .put("endpoint", endpoint)
          .put("bucket", bucket)
          .put("accessKey", accessKey)
          .put("region", region)
          .put("prefix", prefix)
          .put("pathStyle", pathStyle)
          .put("secretKey", SecretInput.read("secret key"));
      return added(body);
    }

    @Command(
        description =
            "A directory on an SFTP server; the password on standard input, or a key file.",
        mixinStandardHelpOptions = true)
    int sftp(
        @Parameters(paramLabel = NAME) String name,
        @Option(names = "--host", required = true, paramLabel = "HOST") String host,
        @Option(names = "--port", paramLabel = "PORT", defaultValue = "22") int port,
        @Option(names = "--user", required = true, paramLabel = NAME) String user,
        @Option(names = "--directory", required = true, paramLabel = "DIR") String directory,
        @Option(names = "--host-key", paramLabel = "KEY", description = "'ssh-ed25519 AAAA…'")
            @Nullable String hostKey,
        @Option(names = "--key-file", paramLabel = "FILE", description = "In place of a password.")
            @Nullable Path keyFile) {
      ObjectNode body = Api.object().put("name", name);
      ObjectNode fields =
          body.putObject("sftp")
              .put("host", host)
              .put("port", port)
              .put("user", user)
              .put("directory", directory);
      if (hostKey != null) {
        fields.put("hostKey", hostKey);
      }
      if (keyFile == null) {
        fields.put("password", SecretInput.read("password"));
      } else {
        fields.put("privateKey", content(keyFile));
      }
      return added(body);
    }

    private static String content(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw CliFailure.refused("The key file " + file + " cannot be read.");
      }
    }

    private int added(ObjectNode body) {
      Session session = Session.of(Objects.requireNonNull(spec));
      JsonNode made = session.api().post("/api/destinations", body);
      session.print("Added " + made.path("id").asText() + ".");
      return checked(session, made.path("id").asText());
    }
  }

  @Command(description = "Lists the places.", mixinStandardHelpOptions = true)
  int list() {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode known : session().api().get("/api/destinations").path("items")) {
      JsonNode failure = known.path("checkFailure");
      rows.add(
          List.of(
              Session.text(known, "name"),
              Session.text(known, "type"),
              failure.isObject()
                  ? Session.text(failure, "code")
                  : Session.text(known, "checkedAt").equals("-") ? "not checked" : "ok",
              Session.text(known, "checkedAt"),
              Session.text(known, "id")));
    }
    session().table(List.of(NAME, "TYPE", "STATE", "CHECKED", "ID"), rows);
    return 0;
  }

  @Command(
      description = "Shows all that is known of a place, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = NAME) String name) {
    Session session = session();
    session.print(
        session.api().get("/api/destinations/" + Api.encoded(id(session, name))).toPrettyString());
    return 0;
  }

  @Command(
      description = "Writes, reads and removes a small object there.",
      mixinStandardHelpOptions = true)
  int check(@Parameters(paramLabel = NAME) String name) {
    return checked(session(), id(session(), name));
  }

  @Command(description = "Forgets a place that nothing uses.", mixinStandardHelpOptions = true)
  int remove(@Parameters(paramLabel = NAME) String name) {
    session().api().delete("/api/destinations/" + Api.encoded(id(session(), name)));
    session().print("Removed.");
    return 0;
  }

  private static int checked(Session session, String id) {
    JsonNode said = session.api().post("/api/destinations/" + Api.encoded(id) + "/check", null);
    boolean well = said.path("ok").asBoolean();
    session.print(
        well
            ? "It works: a small object was written, read and removed."
            : Session.text(said, "detail") + " " + Session.text(said, "remedy"));
    return well ? 0 : CliFailure.REFUSED;
  }

  /** The id of the place of that name or id. */
  static String id(Session session, String nameOrId) {
    if (nameOrId.equals("local") || nameOrId.startsWith("dst_")) {
      return nameOrId;
    }
    for (JsonNode known : session.api().get("/api/destinations").path("items")) {
      if (known.path("name").asText().equals(nameOrId)) {
        return known.path("id").asText();
      }
    }
    throw CliFailure.refused(
        "There is no destination '"
            + nameOrId
            + "'. ./slipway destination list shows what there is.");
  }

  private Session session() {
    return Session.of(Objects.requireNonNull(spec));
  }
}
