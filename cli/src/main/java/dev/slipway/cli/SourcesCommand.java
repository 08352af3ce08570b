package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What lets an application's builds in at a private repository. */
@Command(
    name = "sources",
    description = "Deploy key, token or GitHub App of an application's repository.",
    mixinStandardHelpOptions = true)
final class SourcesCommand {
  private static final String APP = "APP";

  @Spec @Nullable CommandSpec spec;

  @Command(
      description = "Shows the application's deploy key; makes one when it has none.",
      mixinStandardHelpOptions = true)
  int key(
      @Parameters(paramLabel = APP) String app,
      @Option(names = "--new", description = "Make a new one in any case.") boolean fresh) {
    String path = path(app) + "/deploy-key";
    JsonNode key;
    try {
      key = fresh ? session().api().post(path, null) : session().api().get(path);
    } catch (CliFailure none) {
      if (fresh || none.exitCode() != CliFailure.REFUSED) {
        throw none;
      }
      key = session().api().post(path, null);
    }
    session().print(key.path("publicKey").asText());
    return 0;
  }

  @Command(
      description = "Sets a token for the repository, read from standard input.",
      mixinStandardHelpOptions = true)
  int token(
      @Parameters(paramLabel = APP) String app,
      @Option(names = "--user", paramLabel = "NAME", description = "The user name (git).")
          @Nullable String user) {
    ObjectNode body = Api.object().put("token", SecretInput.read("token"));
    if (user != null) {
      body.put("username", user);
    }
    return put(app, body);
  }

  @Command(
      name = "github-app",
      description = "Sets a GitHub App, its private key read from standard input.",
      mixinStandardHelpOptions = true)
  int app(
      @Parameters(paramLabel = APP) String app,
      @Option(names = "--app-id", required = true, paramLabel = "ID") String id,
      @Option(names = "--installation", required = true, paramLabel = "ID") String installation,
      @Option(names = "--api", paramLabel = "URL", description = "The API's address.")
          @Nullable String api) {
    ObjectNode body = Api.object();
    ObjectNode github =
        body.putObject("githubApp")
            .put("appId", id)
            .put("installationId", installation)
            .put("privateKey", SecretInput.read("private key"));
    if (api != null) {
      github.put("apiUrl", api);
    }
    return put(app, body);
  }

  @Command(
      description = "Forgets the application's token or GitHub App.",
      mixinStandardHelpOptions = true)
  int forget(@Parameters(paramLabel = APP) String app) {
    session().api().delete(path(app) + "/source-credentials");
    session().print("Forgotten.");
    return 0;
  }

  private int put(String app, ObjectNode body) {
    session().api().put(path(app) + "/source-credentials", body);
    session().print("Set; the next deployment uses it.");
    return 0;
  }

  private String path(String app) {
    return "/api/applications/" + session().application(app).path("id").asText();
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
