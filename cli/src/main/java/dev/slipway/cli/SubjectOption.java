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
      volume(body, session, mounted);
    }
    if (platform) {
      body.put("platform", true);
    }
  }

  /** Puts a volume into the body of a request that is named as people name it. */
  static void volume(ObjectNode body, Session session, String named) {
    int slash = named.indexOf('/');
    if (slash < 1) {
      throw new CliFailure(
          CliFailure.UNREACHABLE, "Name the volume as APP/VOLUME, such as shop/data.");
    }
    body.put("applicationId", session.application(named.substring(0, slash)).path("id").asText())
        .put("volume", named.substring(slash + 1));
  }
}
