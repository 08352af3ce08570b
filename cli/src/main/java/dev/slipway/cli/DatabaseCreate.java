package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a database. */
@Command(
    name = "create",
    description = "Makes a database; applications get its address from the variable it tells.",
    mixinStandardHelpOptions = true)
final class DatabaseCreate implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Its host name in the project.")
  String name = "";

  @Option(
      names = "--engine",
      paramLabel = "ENGINE",
      description = "postgresql, mariadb, mysql, mongodb, redis or valkey (postgresql).",
      defaultValue = "postgresql")
  String engine = "postgresql";

  @Option(names = "--version", paramLabel = "VERSION", description = "Such as 17.")
  @Nullable String version;

  @Option(names = "--project", paramLabel = "PROJECT", description = "Name or id (default).")
  @Nullable String project;

  @Option(names = "--image", paramLabel = "IMAGE", description = "Instead of the engine's own.")
  @Nullable String image;

  @Option(names = "--memory", paramLabel = "MIB", description = "Mebibytes it may use.")
  @Nullable Integer memory;

  @Option(names = "--cpus", paramLabel = "CORES", description = "Cores it may use, such as 0.5.")
  @Nullable Double cpus;

  @Option(
      names = "--external-port",
      paramLabel = "PORT",
      description = "A port of the host under which everybody reaches it.")
  @Nullable Integer externalPort;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "A setting of the server, such as max_connections=200.")
  Map<String, String> settings = new TreeMap<>();

  @Option(
      names = "--from-database",
      paramLabel = DatabaseCommand.DATABASE,
      description = "Begin with the data of this one.")
  @Nullable String fromDatabase;

  @Option(
      names = "--from-backup",
      paramLabel = "BACKUP",
      description = "Begin with the data of this backup, by its id.")
  @Nullable String fromBackup;

  @Option(names = "--json", description = "The answer as it came, for scripts.")
  boolean json;

  @Mixin DatabaseWait.Patience patience = new DatabaseWait.Patience();

  @Override
  public Integer call() {
    Session session = Session.of(Objects.requireNonNull(spec));
    JsonNode made = session.api().post("/api/databases", body(session));
    if (json && !patience.wait) {
      session.print(made.toPrettyString());
      return 0;
    }
    int code = new DatabaseWait(session).until(patience, made, "runs");
    session.print("Its URL in variables of the project: ${{db." + name + ".url}}");
    return code;
  }

  private ObjectNode body(Session session) {
    ObjectNode body = Api.object().put("name", name).put("engine", engine);
    if (version != null) {
      body.put("version", version);
    }
    if (project != null) {
      body.put("projectId", session.project(project).path("id").asText());
    }
    if (image != null) {
      body.put("image", image);
    }
    if (externalPort != null) {
      body.put("externalPort", externalPort);
    }
    if (memory != null || cpus != null) {
      body.putObject("resources").put("memoryMb", memory).put("cpus", cpus);
    }
    if (!settings.isEmpty()) {
      ObjectNode sent = body.putObject("settings");
      settings.forEach(sent::put);
    }
    return from(session, body);
  }

  private ObjectNode from(Session session, ObjectNode body) {
    if (fromDatabase != null && fromBackup != null) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, "--from-database and --from-backup do not go together.");
    }
    if (fromDatabase != null) {
      body.putObject("from").put("databaseId", session.database(fromDatabase).path("id").asText());
    }
    if (fromBackup != null) {
      body.putObject("from").put("backupId", fromBackup);
    }
    return body;
  }
}
