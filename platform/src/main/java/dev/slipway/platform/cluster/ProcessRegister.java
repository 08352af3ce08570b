package dev.slipway.platform.cluster;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows a process writes about itself; their SQL is the store's. */
public interface ProcessRegister {
  /** How often a process says that it lives. */
  long BEAT_SECONDS = 5;

  /** A process that has said nothing for so long is taken for dead; three beats. */
  long ALIVE_SECONDS = 15;

  /** The installation this database belongs to; the candidate when the database is new. */
  Future<String> installationOr(String candidate);

  /**
   * A process begins under this id: what a predecessor said of itself goes. To be called before the
   * first {@link #beat}.
   */
  Future<Void> arrive(String id);

  /** Writes what a process says of itself, and when, by the database's clock. */
  Future<Void> beat(Beat beat);

  /** The process leaves in good order: its row goes. */
  Future<Void> leave(String id);

  /** {@code host:port} in the cluster of every other process that lives and is not leaving. */
  Future<List<String>> othersAlive(String id);

  /**
   * What a process says of itself.
   *
   * @param nodeId the Swarm node of its engine; null when it has none
   * @param address {@code host:port} as the cluster's other members see it; null without a cluster
   * @param managementPort where it answers {@code /ready}; 0 when nowhere
   * @param ready work may be sent to it
   * @param draining it is on its way down
   */
  record Beat(
      ProcessIdentity self,
      @Nullable String nodeId,
      @Nullable String address,
      int managementPort,
      boolean ready,
      boolean draining,
      Load load) {}

  /**
   * How busy a process is.
   *
   * @param running pieces of work in hand: sagas of a builder or runtime
   * @param limit how many pieces of work it takes on at a time; 0 when it takes on none
   * @param cpu processors in use since the beat before: 1.0 is one whole processor
   * @param heapBytes of the heap in use
   */
  record Load(int running, int limit, double cpu, long heapBytes) {}
}
