package dev.slipway.gateway.backup;

import dev.slipway.contracts.application.ProjectId;
import dev.slipway.contracts.backup.Backup;
import dev.slipway.contracts.database.DatabaseConfig;
import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.Secret;
import dev.slipway.platform.database.NewPassword;
import dev.slipway.platform.database.ServerAccess;
import dev.slipway.store.DatabaseStore.Wanted;
import java.util.Locale;

/** The database that a backup becomes when it is not put back where it came from. */
final class RestoredDatabase {
  private RestoredDatabase() {}

  /**
   * One of the backup's engine and version, with a password that nobody has seen.
   *
   * @throws Problem {@code no_database} when the backup is of something else
   */
  static Wanted of(Backup backup, String name, ProjectId project) {
    String engineName = backup.engine();
    String version = backup.engineVersion();
    if (engineName == null || version == null) {
      throw Problem.conflict(
          "no_database",
          "This is no backup of a database.",
          "Restore it where it came from, or choose a backup of a database.");
    }
    DatabaseEngine engine = DatabaseEngine.valueOf(engineName.toUpperCase(Locale.ROOT));
    return new Wanted(name, project, engine, version, DatabaseConfig.PLAIN, access(engine, name));
  }

  private static ServerAccess access(DatabaseEngine engine, String name) {
    Secret password = NewPassword.random();
    return engine.namesDatabases()
        ? new ServerAccess("app", password, "db_" + name.replace('-', '_'))
        : new ServerAccess("default", password, "0");
  }
}
