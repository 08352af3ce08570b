package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Applications. */
@Command(
    name = "apps",
    description = "Lists, adds, shows, deletes, starts, stops, restarts and scales applications.",
    mixinStandardHelpOptions = true)
final class AppsCommand {
  private static final String APP = "APP";
  private static final String NAME_OR_ID = "Name or id of the application.";

  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists the applications.", mixinStandardHelpOptions = true)
  int list(
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              description = "json: for scripts.",
              defaultValue = "table")
          String format) {
    Session session = session();
    JsonNode found = session.api().all("/api/applications");
    if (format.equals("json")) {
      session.print(found.toPrettyString());
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode app : found) {
      rows.add(
          List.of(
              Session.text(app, "name"),
              Session.text(app, "status"),
              Session.text(app, "replicas"),
              Session.text(app, "url"),
              Session.text(app, "id")));
    }
    session.table(List.of("NAME", "STATUS", "REPLICAS", "ADDRESS", "ID"), rows);
    return 0;
  }

  /** What is said about a new application. */
  static final class Description {
    @Option(names = "--repository", paramLabel = "URL", description = "Git repository.")
    @Nullable String repository;

    @Option(
        names = "--upload",
        description = "It has no repository: its source is sent with deploy --upload.")
    boolean upload;

    @Option(names = "--branch", paramLabel = "BRANCH")
    @Nullable String branch;

    @Option(
        names = "--image",
        paramLabel = "IMAGE",
        description = "Run this image; nothing is built.")
    @Nullable String image;

    @Option(
        names = "--dockerfile",
        paramLabel = "PATH",
        description = "Build with this Dockerfile.")
    @Nullable String dockerfile;

    @Option(
        names = "--root",
        paramLabel = "PATH",
        description = "Folder of the repository it lives in.")
    @Nullable String root;

    @Option(names = "--build-command", paramLabel = "COMMAND")
    @Nullable String buildCommand;

    @Option(names = "--start-command", paramLabel = "COMMAND")
    @Nullable String startCommand;

    @Option(names = "--port", paramLabel = "PORT", description = "Where it listens (3000).")
    @Nullable Integer port;

    @Option(names = "--replicas", paramLabel = "N")
    @Nullable Integer replicas;

    @Option(names = "--domain", paramLabel = "HOST", description = "May be repeated.")
    @Nullable List<String> domains;

    @Option(
        names = "--health-path",
        paramLabel = "PATH",
        description = "Answers 200 when it is well.")
    @Nullable String healthPath;

    @Option(
        names = {"-e", "--env"},
        paramLabel = "NAME=VALUE",
        description = "May be repeated.")
    @Nullable Map<String, String> environment;

    ObjectNode body(String name) {
      ObjectNode body = Api.object().put("name", name);
      put(body, "repository", repository);
      if (upload && repository == null) {
        body.putNull("repository");
      }
      put(body, "branch", branch);
      put(body, "rootDirectory", root);
      put(body, "buildCommand", buildCommand);
      put(body, "startCommand", startCommand);
      if (image != null || dockerfile != null) {
        ObjectNode build = body.putObject("build");
        put(build, "image", image);
        put(build, "dockerfile", dockerfile);
      }
      if (port != null) {
        body.put("port", port);
      }
      if (replicas != null) {
        body.put("replicas", replicas);
      }
      if (domains != null) {
        domains.forEach(body.putArray("domains")::add);
      }
      if (healthPath != null) {
        body.putObject("healthCheck").put("path", healthPath);
      }
      if (environment != null) {
        environment.forEach(body.putObject("environment")::put);
      }
      return body;
    }

    private static void put(ObjectNode into, String field, @Nullable String value) {
      if (value != null) {
        into.put(field, value);
      }
    }
  }

  @Command(
      description = "Adds an application; ./slipway deploy brings it up.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(paramLabel = "NAME") String name,
      @picocli.CommandLine.Mixin Description description) {
    Session session = session();
    JsonNode made = session.api().post("/api/applications", description.body(name));
    session.print(made.path("id").asText());
    return 0;
  }

  @Command(
      description = "Shows all that is known of an application, as JSON.",
      mixinStandardHelpOptions = true)
  int show(@Parameters(paramLabel = APP, description = NAME_OR_ID) String app) {
    Session session = session();
    session.print(session.application(app).toPrettyString());
    return 0;
  }

  @Command(
      description = "Removes an application with its releases, logs and volumes.",
      mixinStandardHelpOptions = true)
  int delete(@Parameters(paramLabel = APP, description = NAME_OR_ID) String app) {
    Session session = session();
    session.api().delete(path(session.application(app)));
    session.print("'" + app + "' is gone.");
    return 0;
  }

  @Command(description = "Lets a stopped application run again.", mixinStandardHelpOptions = true)
  int start(@Parameters(paramLabel = APP, description = NAME_OR_ID) String app) {
    Session session = session();
    session.api().post(path(session.application(app)) + "/start", null);
    session.print("'" + app + "' starts.");
    return 0;
  }

  @Command(description = "Stops an application.", mixinStandardHelpOptions = true)
  int stop(@Parameters(paramLabel = APP, description = NAME_OR_ID) String app) {
    Session session = session();
    session.api().post(path(session.application(app)) + "/stop", null);
    session.print("'" + app + "' stops.");
    return 0;
  }

  @Command(
      description = "Brings the current release up anew, without a build and without a gap.",
      mixinStandardHelpOptions = true)
  int restart(@Parameters(paramLabel = APP, description = NAME_OR_ID) String app) {
    Session session = session();
    JsonNode made = session.api().post(path(session.application(app)) + "/restart", null);
    return new Watch(session).untilEnd(made);
  }

  @Command(description = "Sets how many replicas run.", mixinStandardHelpOptions = true)
  int scale(
      @Parameters(paramLabel = APP, description = NAME_OR_ID) String app,
      @Parameters(paramLabel = "REPLICAS") int replicas) {
    Session session = session();
    session
        .api()
        .post(path(session.application(app)) + "/scale", Api.object().put("replicas", replicas));
    session.print("'" + app + "' is wanted " + replicas + " times.");
    return 0;
  }

  private static String path(JsonNode application) {
    return "/api/applications/" + application.path("id").asText();
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
