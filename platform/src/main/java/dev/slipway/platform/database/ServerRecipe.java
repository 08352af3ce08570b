package dev.slipway.platform.database;

import dev.slipway.contracts.database.DatabaseEngine;
import java.util.List;
import java.util.Map;

/**
 * How a container of a database server is started, by the contract of the official images, which
 * those that {@code scripts/base-images.sh} makes keep, too. No password is ever an argument: only
 * the environment of the container holds it.
 *
 * @param env holds the password
 * @param args instead of the image's command, for its entrypoint
 * @param dataDirectory where the volume belongs
 * @param scratch folders in memory, for what images would make a nameless volume for
 * @param health a shell command, run inside: 0 when the server lets its user in and answers
 * @param healthSeconds between two of those
 * @param port it listens on
 * @param stopSeconds it may take to write everything down before it is killed
 */
public record ServerRecipe(
    Map<String, String> env,
    List<String> args,
    String dataDirectory,
    List<String> scratch,
    String health,
    int healthSeconds,
    int port,
    int stopSeconds) {

  /**
   * What servers need that begin as root, make their folder theirs and go on as their own user.
   * Everything else a container is given by itself can be dropped.
   */
  public static final List<String> CAPABILITIES =
      List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID");

  /** Processes and threads: a connection is one each. */
  public static final long PROCESSES = 8192;

  public ServerRecipe {
    env = Map.copyOf(env);
    args = List.copyOf(args);
    scratch = List.copyOf(scratch);
  }

  /**
   * The recipe of an engine.
   *
   * @param version decides about folders: its first number counts
   * @param settings of the server by name; names and values were checked ({@link ServerSettings})
   */
  public static ServerRecipe of(
      DatabaseEngine engine, String version, ServerAccess access, Map<String, String> settings) {
    return switch (engine) {
      case POSTGRESQL -> Recipes.postgres(major(version), access, settings);
      case MARIADB -> Recipes.mariadb(access, settings);
      case MYSQL -> Recipes.mysql(access, settings);
      case MONGODB -> Recipes.mongo(access, settings);
      case REDIS -> Recipes.redis("redis", access, settings);
      case VALKEY -> Recipes.redis("valkey", access, settings);
    };
  }

  /** The check as an engine wants it: {@code CMD-SHELL} and the command. */
  public List<String> healthTest() {
    return List.of("CMD-SHELL", health);
  }

  private static int major(String version) {
    String digits = version.split("[^0-9]", 2)[0];
    return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
  }

  /** Names only: the environment holds the password. */
  @Override
  public String toString() {
    return "ServerRecipe[env %s, args %s, %s]".formatted(env.keySet(), args, dataDirectory);
  }
}
