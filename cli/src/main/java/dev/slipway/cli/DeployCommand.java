package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds and deploys. */
@Command(
    name = "deploy",
    description =
        "Builds and deploys an application; --follow shows its log and waits for its end.",
    mixinStandardHelpOptions = true)
final class DeployCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(paramLabel = "APP", description = "Name or id of the application.")
  String application = "";

  @Option(
      names = "--commit",
      paramLabel = "COMMIT",
      description = "This commit (the branch's head).")
  @Nullable String commit;

  @Option(
      names = "--upload",
      paramLabel = "PATH",
      description =
          "Send this folder (without what .gitignore and .slipwayignore name) or archive instead of"
              + " fetching the repository.")
  @Nullable Path upload;

  @Option(names = "--title", paramLabel = "TEXT", description = "What it is, for people.")
  @Nullable String title;

  @Option(
      names = "--skip-backups",
      description = "In an emergency: without the backups that schedules want before it.")
  boolean skipBackups;

  @Option(
      names = {"-f", "--follow"},
      description = "Show the log and wait for the end.")
  boolean follow;

  @Option(names = "--wait", description = "Wait for the end without the log.")
  boolean wait;

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    ObjectNode body = Api.object();
    if (commit != null) {
      body.put("commit", commit);
    }
    if (title != null) {
      body.put("title", title);
    }
    if (skipBackups) {
      body.put("skipBackups", true);
    }
    String app = session.application(application).path("id").asText();
    JsonNode made =
        upload == null
            ? session.api().post("/api/applications/" + app + "/deployments", body)
            : sent(session, app, upload);
    String id = made.path("id").asText();
    if (follow) {
      new Watch(session).log("/api/deployments/" + id + "/logs");
    }
    if (follow || wait) {
      return new Watch(session).untilEnd(made);
    }
    session.print(id);
    return 0;
  }

  private JsonNode sent(Session session, String app, Path source) {
    if (commit != null) {
      throw new CliFailure(CliFailure.UNREACHABLE, "--commit and --upload do not go together.");
    }
    List<String> query = new ArrayList<>();
    if (title != null) {
      query.add("title=" + Api.encoded(title));
    }
    if (skipBackups) {
      query.add("skipBackups=true");
    }
    String path =
        "/api/applications/"
            + app
            + "/source"
            + (query.isEmpty() ? "" : "?" + String.join("&", query));
    try (PackedSource packed = PackedSource.of(source)) {
      return session.api().postFile(path, packed.file());
    }
  }
}
