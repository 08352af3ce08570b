package dev.slipway.runtime.insight;

import dev.slipway.contracts.database.DatabaseContract.Insights;
import dev.slipway.contracts.database.DatabaseEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An engine's own client: how it is started, what it is asked, and how its answers are read.
 * Passwords go into its environment, never into its arguments.
 */
interface Client {

  /** The program and its arguments. */
  List<String> command(Login login, Question question);

  /** What it is started with; the password is in it. */
  Map<String, String> env(Login login);

  /** What it reads; empty: nothing. */
  String input(Question question);

  /**
   * The server's version.
   *
   * @throws Unanswered when it did not tell
   */
  String version(String output);

  /**
   * All that it tells.
   *
   * @throws Unanswered when it did not
   */
  Insights insights(String output);

  /** What is asked. */
  enum Question {
    VERSION,
    ALL
  }

  /** The output does not hold what was asked for. */
  final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unanswered(String what) {
      super("The client's output has no " + what);
    }
  }

  /**
   * What it reads to give a user of a server another password; empty: the server takes its password
   * from how it is started.
   *
   * @param fresh without line ends
   */
  default Optional<String> newPassword(String user, String fresh) {
    return Optional.empty();
  }

  /** The client of an engine. */
  static Client of(DatabaseEngine engine) {
    return switch (engine) {
      case POSTGRESQL -> new PostgresClient();
      case MARIADB -> SqlClient.mariadb();
      case MYSQL -> SqlClient.mysql();
      case MONGODB -> new MongoClient();
      case REDIS -> new RedisClient("redis-cli");
      case VALKEY -> new RedisClient("valkey-cli");
    };
  }
}
