package dev.slipway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Projects. */
@Command(
    name = "projects",
    description = "Lists and adds projects.",
    mixinStandardHelpOptions = true)
final class ProjectsCommand {
  @Spec @Nullable CommandSpec spec;

  @Command(description = "Lists the projects.", mixinStandardHelpOptions = true)
  int list() {
    Session session = session();
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode project : session.api().all("/api/projects")) {
      rows.add(
          List.of(
              Session.text(project, "id"),
              Session.text(project, "name"),
              Session.text(project, "createdAt")));
    }
    session.table(List.of("ID", "NAME", "CREATED"), rows);
    return 0;
  }

  @Command(description = "Adds a project and prints its id.", mixinStandardHelpOptions = true)
  int create(@Parameters(paramLabel = "NAME") String name) {
    Session session = session();
    session.print(
        session.api().post("/api/projects", Api.object().put("name", name)).path("id").asText());
    return 0;
  }

  private Session session() {
    return Session.of(java.util.Objects.requireNonNull(spec));
  }
}
