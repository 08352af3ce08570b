package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Fills a Redis or Valkey server from another one that has loaded the snapshot: it follows that one
 * until it has everything, and is its own master again. Nothing else brings a snapshot into a
 * running server whole, functions and times to live included.
 *
 * @param target may be replaced
 */
public record RedisReplica(Bench bench, DatabaseServer target) {
  private static final Duration LOOK = Duration.ofMillis(200);

  /**
   * Fills it.
   *
   * @param name of the server that has everything, where the target finds it
   * @param source its password
   */
  public void follow(String name, DatabaseServer source, Duration patience) {
    var tool = new RedisTool(client());
    try (var session = tool.session(bench, target)) {
      session.ask("config set masteruser \"\"");
      session.ask("config set masterauth " + source.password().reveal());
      mustBeOk(session, session.ask("replicaof " + name + " " + source.port()));
      awaitEverything(tool, session, patience);
      mustBeOk(session, session.ask("replicaof no one"));
      session.ask("config set masterauth \"\"");
      session.leave();
    }
  }

  private static void awaitEverything(RedisTool tool, Session session, Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (!complete(tool.info(session, "replication"))) {
      if (System.nanoTime() > until) {
        throw Problem.failed(
            "restore_stalled",
            "The server did not take the snapshot over within "
                + patience.toMinutes()
                + " minutes.",
            "See in its log whether it reaches the scratch server and knows the snapshot's version.");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new DockerProblem.Cancelled("interrupted while a server was being filled");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private static boolean complete(Map<String, String> replication) {
    return "up".equals(replication.get("master_link_status"))
        && "0".equals(replication.get("master_sync_in_progress"));
  }

  /** Nobody's replica any more: a server that was left in the middle would stay read-only. */
  public void release() {
    var tool = new RedisTool(client());
    try (var session = tool.session(bench, target)) {
      session.ask("replicaof no one");
      session.ask("config set masterauth \"\"");
      session.leave();
    }
  }

  private static void mustBeOk(Session session, List<String> answer) {
    if (answer.isEmpty() || !answer.getFirst().startsWith("OK")) {
      throw session.run().tooEarly(String.join(" ", answer));
    }
  }

  private String client() {
    return switch (target.engine()) {
      case VALKEY -> "valkey-cli";
      case REDIS, POSTGRESQL, MARIADB, MYSQL, MONGODB -> "redis-cli";
    };
  }
}
