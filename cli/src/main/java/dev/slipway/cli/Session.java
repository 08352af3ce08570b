package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** What a command works with: the API it talks to and the paper it writes on. */
final class Session {
  private final Api api;
  private final PrintWriter out;
  private final Map<String, String> environment;

  private Session(Api api, PrintWriter out, Map<String, String> environment) {
    this.api = api;
    this.out = out;
    this.environment = environment;
  }

  /** The session of a command, from the options and environment of the whole command line. */
  static Session of(CommandSpec command) {
    SlipwayCommand root = (SlipwayCommand) command.root().userObject();
    String url = url(root.url(), root.environment());
    String cookie = SignedIn.in(root.environment()).at(url);
    boolean keyGiven =
        root.key() != null || !root.environment().getOrDefault("SLIPWAY_KEY", "").isBlank();
    return keyGiven || cookie.isEmpty()
        ? ofOperator(command)
        : new Session(new Api(url, "", cookie), command.commandLine().getOut(), root.environment());
  }

  /** The same with a key, also when somebody is signed in: what only an operator may do. */
  static Session ofOperator(CommandSpec command) {
    SlipwayCommand root = (SlipwayCommand) command.root().userObject();
    return new Session(
        new Api(url(root.url(), root.environment()), key(root.key(), root.environment())),
        command.commandLine().getOut(),
        root.environment());
  }

  Map<String, String> environment() {
    return environment;
  }

  Api api() {
    return api;
  }

  void print(String line) {
    out.println(line);
    out.flush();
  }

  private static String url(@Nullable String given, Map<String, String> environment) {
    if (given != null) {
      return given.contains("://") ? given : "http://" + given;
    }
    String known = environment.getOrDefault("SLIPWAY_URL", "");
    return known.isBlank()
        ? "http://127.0.0.1:" + environment.getOrDefault("SLIPWAY_API_PORT", "3001")
        : known;
  }

  private static String key(@Nullable String given, Map<String, String> environment) {
    String known = given != null ? given : environment.getOrDefault("SLIPWAY_KEY", "");
    if (!known.isBlank()) {
      return known.strip();
    }
    String data =
        environment.getOrDefault("SLIPWAY_DATA", System.getProperty("user.home") + "/.slipway");
    Path file = Path.of(data, "operator.key");
    try {
      return Files.isReadable(file) ? Files.readString(file).strip() : "";
    } catch (IOException e) {
      throw CliFailure.refused(
          "The operator's key " + file + " cannot be read; give --key or SLIPWAY_KEY.");
    }
  }

  /** The application of that name or id. */
  JsonNode application(String nameOrId) {
    if (nameOrId.startsWith("app_")) {
      return api.get("/api/applications/" + Api.encoded(nameOrId));
    }
    for (JsonNode found : api.all("/api/applications?q=" + Api.encoded(nameOrId))) {
      if (found.path("name").asText().equals(nameOrId)) {
        return found;
      }
    }
    throw CliFailure.refused(
        "There is no application '" + nameOrId + "'. ./slipway apps list shows what there is.");
  }

  /** The database of that name or id. */
  JsonNode database(String nameOrId) {
    if (nameOrId.startsWith("db_")) {
      return api.get("/api/databases/" + Api.encoded(nameOrId));
    }
    for (JsonNode found : api.all("/api/databases?q=" + Api.encoded(nameOrId))) {
      if (found.path("name").asText().equals(nameOrId)) {
        return found;
      }
    }
    throw CliFailure.refused(
        "There is no database '" + nameOrId + "'. ./slipway database list shows what there is.");
  }

  /** The project of that name or id. */
  JsonNode project(String nameOrId) {
    for (JsonNode found : api.all("/api/projects")) {
      if (found.path("name").asText().equals(nameOrId)
          || found.path("id").asText().equals(nameOrId)) {
        return found;
      }
    }
    throw CliFailure.refused(
        "There is no project '" + nameOrId + "'. ./slipway projects list shows what there is.");
  }

  /** Prints a table whose columns are as wide as they must be. */
  void table(List<String> head, List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>(head.stream().map(String::length).toList());
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    print(line(head, widths));
    rows.forEach(row -> print(line(row, widths)));
  }

  private static String line(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(cells.get(i)).append(" ".repeat(widths.get(i) - cells.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }

  /** A text of a tree, or a dash where there is none. */
  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() || value.asText().isEmpty()
        ? "-"
        : value.asText();
  }
}
