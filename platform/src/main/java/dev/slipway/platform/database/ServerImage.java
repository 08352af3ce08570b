package dev.slipway.platform.database;

import dev.slipway.contracts.database.DatabaseEngine;
import dev.slipway.platform.config.Settings;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which image a database server of an engine and version runs. In this order: the database's own
 * custom image; the setting {@code SLIPWAY_DATABASE_<ENGINE>_IMAGE} with {@code %s} for the
 * version; {@code slipway-base/<name>:<version>} when the engine has it; the official image.
 *
 * @param settings what the settings say, by engine
 */
public record ServerImage(Map<DatabaseEngine, String> settings) {
  private static final String LOCAL = "slipway-base/";

  public ServerImage {
    settings = Map.copyOf(settings);
  }

  /** No setting says anything. */
  public static ServerImage plain() {
    return new ServerImage(Map.of());
  }

  /** Reads the settings; a value without {@code %s} is a mistake. */
  public static ServerImage from(Settings settings) {
    Map<DatabaseEngine, String> wanted = new EnumMap<>(DatabaseEngine.class);
    for (DatabaseEngine engine : DatabaseEngine.values()) {
      String setting = "SLIPWAY_DATABASE_" + engine.name() + "_IMAGE";
      settings
          .text(setting)
          .ifPresent(image -> {
            if (!image.contains("%s") || image.contains(" ")) {
              settings.mistake(
                  setting,
                  "is not an image's name with %s where the version belongs",
                  "set it like registry.example/team/" + official(engine) + ":%s");
            }
            wanted.put(engine, image);
          });
    }
    return new ServerImage(wanted);
  }

  /**
   * The image of a server.
   *
   * @param custom what the database's owner wants; null: nothing of his own
   * @param here whether the engine has an image of this name
   */
  public String of(
      DatabaseEngine engine, String version, @Nullable String custom, Predicate<String> here) {
    if (custom != null) {
      return custom;
    }
    String setting = settings.get(engine);
    if (setting != null) {
      return setting.replace("%s", version);
    }
    String local = LOCAL + family(engine) + ":" + version;
    return here.test(local) ? local : official(engine) + ":" + version;
  }

  /** Whether it only exists where somebody made it: no registry will ever have it. */
  public static boolean madeHere(String image) {
    return image.startsWith(LOCAL);
  }

  private static String family(DatabaseEngine engine) {
    return switch (engine) {
      case POSTGRESQL -> "postgres";
      case MARIADB -> "mariadb";
      case MYSQL -> "mysql";
      case MONGODB -> "mongo";
      case REDIS -> "redis";
      case VALKEY -> "valkey";
    };
  }

  private static String official(DatabaseEngine engine) {
    return engine == DatabaseEngine.VALKEY ? "valkey/valkey" : family(engine);
  }
}
