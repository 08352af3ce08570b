package dev.slipway.platform.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Set;

/**
 * The processes that share a bus with this one, and this one's Vert.x. Closing the Vert.x leaves
 * the cluster in good order.
 */
public sealed interface Cluster {
  /** What everything in this process runs on. */
  Vertx vertx();

  /** {@code host:port} of every member as this one sees it, itself included; empty without one. */
  List<String> members();

  /**
   * Whether the membership's own tables (who listens where) have a copy elsewhere, so that the loss
   * of any one member loses nothing. Never blocks and never fails; without a cluster it is true.
   */
  Future<Boolean> safe();

  /**
   * Which of these addresses, listened to by this member, the membership's tables do not lead to it
   * from. Members keep copies of what they have looked up, so one that was forgotten may still be
   * reached by those who knew it, itself first of all, and by nobody else.
   */
  Future<Set<String>> forgotten(Set<String> addresses);

  /**
   * Joins the configured members, or stays alone when none are configured.
   *
   * @param name what tells this installation's cluster from its neighbours' on the same network
   */
  static Future<Cluster> join(ClusterConfig config, String name, VertxOptions options) {
    // Hazelcast's classes are loaded by this one branch only: a platform in one process has no use
    // for their memory.
    return config.clustered()
        ? HazelcastCluster.join(config, name, options)
        : Future.succeededFuture(new Alone(Vertx.vertx(options)));
  }

  /** One process: its bus ends where it ends. */
  record Alone(Vertx vertx) implements Cluster {
    @Override
    public List<String> members() {
      return List.of();
    }

    @Override
    public Future<Boolean> safe() {
      return Future.succeededFuture(true);
    }

    @Override
    public Future<Set<String>> forgotten(Set<String> addresses) {
      return Future.succeededFuture(Set.of());
    }
  }

  /** Several processes, on one host or many. */
  non-sealed interface Joined extends Cluster {}
}
