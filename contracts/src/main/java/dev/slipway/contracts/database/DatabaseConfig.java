package dev.slipway.contracts.database;

import dev.slipway.contracts.application.Resources;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a managed database shall run.
 *
 * @param image a custom image; null: the engine's own for its version
 * @param settings of the server by name, such as {@code max_connections}: at most 100, handed over
 *     as arguments
 * @param externalPort a port of the host of the data, 1024 to 65535; null: reached by the project's
 *     applications only
 */
public record DatabaseConfig(
    @Nullable String image,
    Resources resources,
    Map<String, String> settings,
    @Nullable Integer externalPort) {

  public static final DatabaseConfig PLAIN =
      new DatabaseConfig(null, Resources.UNLIMITED, Map.of(), null);

  public DatabaseConfig {
    settings = Map.copyOf(settings);
  }
}
