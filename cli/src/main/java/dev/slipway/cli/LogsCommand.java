package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Logs. */
@Command(
    name = "logs",
    description = "Prints the log of an application or of a deployment.",
    mixinStandardHelpOptions = true)
final class LogsCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "APP|DEPLOYMENT",
      description = "Name or id of an application, or id of a deployment.")
  String subject = "";

  @Mixin Extent extent = new Extent();

  /** How much of a log is wanted. */
  static final class Extent {
    @Option(
        names = {"-f", "--follow"},
        description = "Go on as it is written.")
    boolean follow;

    @Option(
        names = {"-n", "--tail"},
        paramLabel = "N",
        description = "Begin that many lines before the end.")
    @Nullable Integer tail;

    @Option(names = "--search", paramLabel = "TEXT", description = "Only lines that contain this.")
    @Nullable String search;

    /** Prints that much of the log at a path of the API; the exit code. */
    int print(Session session, String path) {
      String query = search == null ? "" : "&q=" + Api.encoded(search);
      if (follow) {
        new Watch(session).log(path + "?" + (tail == null ? "" : "tail=" + tail) + query);
        return 0;
      }
      String begin = tail == null ? "after=0" : "tail=" + tail;
      long next = -1;
      while (true) {
        JsonNode page = session.api().get(path + "?limit=5000&" + begin + query);
        page.path("items").forEach(line -> session.print(Watch.text(line)));
        if (page.path("next").asLong() == next || page.path("items").isEmpty()) {
          return 0;
        }
        next = page.path("next").asLong();
        begin = "after=" + next;
      }
    }
  }

  @Override
  public Integer call() {
    Session session = Session.of(java.util.Objects.requireNonNull(spec));
    return extent.print(
        session,
        subject.startsWith("dep_")
            ? "/api/deployments/" + Api.encoded(subject) + "/logs"
            : "/api/applications/" + session.application(subject).path("id").asText() + "/logs");
  }
}
