package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Variables of an application, or of a project, whose applications inherit them. */
@Command(
    name = "env",
    description = {
      "Lists, sets, unsets, imports, exports and compares the variables of an application.",
      "With --project the name is a project's: its applications inherit what is set there."
    },
    mixinStandardHelpOptions = true)
final class EnvCommand {
  private static final String APP = "APP";
  private static final String NO_DEPLOY = "Leave it to the next deployment.";

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = "--project",
      scope = ScopeType.INHERIT,
      description = "The name or id is a project's.")
  boolean project;

  @Command(
      description = "Lists the variables; secret values are masked.",
      mixinStandardHelpOptions = true)
  int list(
      @Parameters(paramLabel = APP) String app,
      @Option(
              names = "--reveal",
              description = "Show secret values; needs an admin's key and is noted.")
          boolean reveal) {
    Session session = session();
    JsonNode found = session.api().get(path(session, app) + (reveal ? "?reveal=true" : ""));
    for (JsonNode item : found.path("items")) {
      String value = reveal ? item.path("value").asText() : item.path("maskedValue").asText();
      session.print(item.path("key").asText() + "=" + value);
    }
    return 0;
  }

  @Command(description = "Sets variables: env set APP NAME=VALUE…", mixinStandardHelpOptions = true)
  int set(
      @Parameters(index = "0", paramLabel = APP) String app,
      @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME=VALUE") List<String> settings,
      @Option(names = "--no-deploy", description = NO_DEPLOY) boolean noDeploy) {
    Session session = session();
    ObjectNode body = Api.object();
    var set = body.putArray("set");
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new CliFailure(
            CliFailure.UNREACHABLE, "'" + setting.split("=")[0] + "' is not NAME=VALUE.");
      }
      set.addObject()
          .put("key", setting.substring(0, equals))
          .put("value", setting.substring(equals + 1));
    }
    return told(session, session.api().patch(path(session, app) + deploy(noDeploy), body));
  }

  @Command(description = "Removes variables: env unset APP NAME…", mixinStandardHelpOptions = true)
  int unset(
      @Parameters(index = "0", paramLabel = APP) String app,
      @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME") List<String> names,
      @Option(names = "--no-deploy", description = NO_DEPLOY) boolean noDeploy) {
    Session session = session();
    ObjectNode body = Api.object();
    names.forEach(body.putArray("unset")::add);
    return told(session, session.api().patch(path(session, app) + deploy(noDeploy), body));
  }

  @Command(
      name = "import",
      description = "Merges a .env file (- reads it from the input).",
      mixinStandardHelpOptions = true)
  int merge(
      @Parameters(index = "0", paramLabel = APP) String app,
      @Parameters(index = "1", paramLabel = "FILE") String file,
      @Option(names = "--no-deploy", description = NO_DEPLOY) boolean noDeploy) {
    Session session = session();
    return told(
        session,
        session.api().postText(path(session, app) + "/import" + deploy(noDeploy), read(file)));
  }

  @Command(
      description = "Prints the variables as a .env file; secrets are left out.",
      mixinStandardHelpOptions = true)
  int export(
      @Parameters(paramLabel = APP) String app,
      @Option(
              names = "--reveal",
              description = "With secret values; needs an admin's key and is noted.")
          boolean reveal) {
    Session session = session();
    session.print(
        session
            .api()
            .text(path(session, app) + "/export" + (reveal ? "?reveal=true" : ""))
            .stripTrailing());
    return 0;
  }

  @Command(
      description = "Tells what changed from one version of an application's variables to another.",
      mixinStandardHelpOptions = true)
  int diff(
      @Parameters(index = "0", paramLabel = APP) String app,
      @Parameters(index = "1", paramLabel = "FROM") int from,
      @Parameters(index = "2", paramLabel = "TO") int to) {
    Session session = session();
    String query = "/difference?from=" + from + "&to=" + to;
    for (JsonNode change : session.api().get(path(session, app) + query).path("changes")) {
      session.print(
          "%-8s %s: %s -> %s"
              .formatted(
                  Session.text(change, "change"),
                  Session.text(change, "key"),
                  Session.text(change, "before"),
                  Session.text(change, "after")));
    }
    return 0;
  }

  private static String read(String file) {
    try {
      byte[] bytes =
          file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CliFailure.refused(
          "The file '" + file + "' cannot be read; check its name and rights.");
    }
  }

  private static int told(Session session, JsonNode changed) {
    List<String> names = new ArrayList<>();
    changed.path("items").forEach(item -> names.add(item.path("key").asText()));
    session.print("Version " + changed.path("version").asText() + ": " + String.join(", ", names));
    JsonNode deployment = changed.path("deploymentId");
    if (deployment.isTextual()) {
      session.print("Deployment " + deployment.asText() + " brings it into effect.");
    }
    for (JsonNode each : changed.path("deploymentIds")) {
      session.print("Deployment " + each.asText() + " brings it into effect.");
    }
    return 0;
  }

  private static String deploy(boolean no) {
    return no ? "?deploy=false" : "";
  }

  private String path(Session session, String app) {
    if (project) {
      return "/api/projects/" + session.project(app).path("id").asText() + "/environment";
    }
    return "/api/applications/" + session.application(app).path("id").asText() + "/environment";
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
