package dev.slipway.runtime.service;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.logs.LogStreams;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The labels on everything we make. They are what truth can be checked against, and what keeps
 * clean-up away from things that are not ours.
 */
public final class Labels {
  public static final String INSTALLATION = "dev.slipway.installation";
  public static final String APPLICATION = "dev.slipway.application";
  public static final String APPLICATION_NAME = "dev.slipway.application-name";
  public static final String PROJECT = "dev.slipway.project";
  public static final String RELEASE = "dev.slipway.release";
  public static final String RELEASE_NUMBER = "dev.slipway.release-number";
  public static final String DEPLOYMENT = "dev.slipway.deployment";
  public static final String FENCE = "dev.slipway.fence";

  /** Which owner of its volumes let a service run, by number. */
  public static final String BERTH = "dev.slipway.berth";

  /** A client that asks a database; what it was started with holds a password. */
  public static final String DATABASE_CLIENT = "dev.slipway.database-client";

  public static final String DATABASE = "dev.slipway.database";
  public static final String DATABASE_NAME = "dev.slipway.database-name";

  /** Which of a database's servers it is, counted from 1. */
  public static final String GENERATION = "dev.slipway.database-generation";

  /** A keyed mark of how a database's server was told to run. */
  public static final String FORM = "dev.slipway.database-form";

  /** A container that wants to be on every project's network; its value is the installation. */
  public static final String ATTACH = "dev.slipway.attach";

  private Labels() {}

  /** What everything of this installation carries. */
  public static Map<String, String> ours(String installation) {
    return Map.of(INSTALLATION, installation);
  }

  /** What the pieces of one application carry. */
  public static Map<String, String> of(String installation, ApplicationId application) {
    return Map.of(INSTALLATION, installation, APPLICATION, application.value());
  }

  /** What the service and the containers of one release carry, whichever deployment made them. */
  public static Map<String, String> of(String installation, ReleaseId release) {
    return Map.of(INSTALLATION, installation, RELEASE, release.value());
  }

  /** What the pieces of one database carry, whichever of its servers they are of. */
  public static Map<String, String> of(String installation, DatabaseId database) {
    return Map.of(INSTALLATION, installation, DATABASE, database.value());
  }

  /** What the pieces of one server of a database carry. */
  public static Map<String, String> of(String installation, DatabaseId database, int generation) {
    return Map.of(
        INSTALLATION,
        installation,
        DATABASE,
        database.value(),
        GENERATION,
        Integer.toString(generation));
  }

  /** The database a labelled thing belongs to, or null. */
  public static @Nullable DatabaseId database(Map<String, String> labels) {
    String id = labels.get(DATABASE);
    return id == null ? null : new DatabaseId(id);
  }

  /** The log that a container's output belongs to; null when it belongs to none. */
  public static @Nullable String stream(Map<String, String> labels) {
    ApplicationId application = application(labels);
    if (application != null && release(labels) != null) {
      return LogStreams.of(application);
    }
    DatabaseId database = database(labels);
    return database != null && labels.containsKey(GENERATION) ? LogStreams.of(database) : null;
  }

  /** What a new service of a release is labelled with. */
  static Map<String, String> fresh(String installation, Release release) {
    return Map.of(
        INSTALLATION, installation,
        APPLICATION, release.applicationId().value(),
        APPLICATION_NAME, release.applicationName(),
        RELEASE, release.id().value(),
        RELEASE_NUMBER, Integer.toString(release.number()));
  }

  /** The release a labelled thing belongs to, or null. */
  public static @Nullable ReleaseId release(Map<String, String> labels) {
    String id = labels.get(RELEASE);
    return id == null ? null : new ReleaseId(id);
  }

  /** The application a labelled thing belongs to, or null. */
  public static @Nullable ApplicationId application(Map<String, String> labels) {
    String id = labels.get(APPLICATION);
    return id == null ? null : new ApplicationId(id);
  }
}
