package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is to be backed up: one of the three. */
final class SubjectOption {
  @Option(names = "--database", paramLabel = "NAME", description = "A database, by name or id.")
  @Nullable String database;

  @Option(
      names = "--volume",
      paramLabel = "APP/VOLUME",
      description = "A volume of an application.")
  @Nullable String volume;

  @Option(names = "--platform", description = "The platform's own state.")
  boolean platform;

  /** Puts it into the body of a request. */
  void into(ObjectNode body, Session session) {
    String name = database;
    String mounted = volume;
    if (name != null) {
      body.put("databaseId", session.database(name).path("id").asText());
    }
    if (mounted != null) {
      int slash = mounted.indexOf('/');
      if (slash < 1) {
        throw new CliFailure(
            CliFailure.UNREACHABLE, "Name the volume as APP/VOLUME, such as shop/data.");
      }
      body.put(
              "applicationId", session.application(mounted.substring(0, slash)).path("id").asText())
          .put("volume", mounted.substring(slash + 1));
    }
    if (platform) {
      body.put("platform", true);
    }
  }
}
