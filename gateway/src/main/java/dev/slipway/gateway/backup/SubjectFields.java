package dev.slipway.gateway.backup;

import dev.slipway.contracts.backup.BackupSubject;
import dev.slipway.contracts.problem.Problem;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a request says is to be backed up. */
final class SubjectFields {
  private SubjectFields() {}

  /** Exactly one of databaseId, applicationId with volume, and platform. */
  static BackupSubject of(JsonObject body) {
    String database = body.getString("databaseId");
    String application = body.getString("applicationId");
    String volume = body.getString("volume");
    boolean platform = body.getBoolean("platform", false);
    int named = (database == null ? 0 : 1) + (application == null ? 0 : 1) + (platform ? 1 : 0);
    if (named != 1) {
      throw Problem.invalid(
          database == null && application == null ? "databaseId" : "platform",
          "exactly one of databaseId, applicationId with volume, and platform must be given");
    }
    if ((application == null) != (volume == null)) {
      throw Problem.invalid(
          "volume",
          application == null
              ? "goes with applicationId only"
              : "is missing: one of the application's volumes");
    }
    if (database != null) {
      return BackupSubject.database(database);
    }
    return application == null || volume == null
        ? BackupSubject.platform()
        : BackupSubject.volume(application, volume);
  }

  /** Whether the application is to stand still meanwhile; only a volume has one. */
  static boolean pause(JsonObject body, BackupSubject subject, boolean otherwise) {
    boolean ofVolume = subject.kind() == BackupSubject.Kind.VOLUME;
    if (body.getBoolean("pauseApplication", false) && !ofVolume) {
      throw Problem.invalid("pauseApplication", "goes with a volume of an application only");
    }
    return ofVolume && body.getBoolean("pauseApplication", otherwise);
  }

  static @Nullable String database(BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.DATABASE ? subject.id() : null;
  }

  static @Nullable String application(BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.VOLUME ? subject.id() : null;
  }

  static boolean platform(BackupSubject subject) {
    return subject.kind() == BackupSubject.Kind.PLATFORM;
  }

  /** The kind that a list is narrowed to by the id that its query gives; null: all. */
  static BackupSubject.@Nullable Kind kind(boolean database, boolean application) {
    if (database && application) {
      throw Problem.invalid("applicationId", "does not go with databaseId");
    }
    return database ? BackupSubject.Kind.DATABASE : application ? BackupSubject.Kind.VOLUME : null;
  }
}
