package dev.slipway.docker;

import java.util.List;

/**
 * The nodes of the Swarm. Only a manager answers; every other engine throws {@link
 * DockerProblem.NoSwarm}. Nodes carry no label of ours: whoever changes one was told to by a
 * person.
 */
public interface SwarmNodes {

  /** All nodes, those that are down included, in the order of their ids. */
  List<NodeInfo> nodes();

  /**
   * Takes a node in or out of the distribution of tasks; returns before tasks have moved. What it
   * is already is success.
   *
   * @throws DockerProblem.NotFound when there is no such node
   */
  void setNodeAvailability(String nodeId, NodeInfo.Availability availability);

  /**
   * Makes a node a manager or a worker. What it is already is success.
   *
   * @throws DockerProblem.NotFound when there is no such node
   * @throws DockerProblem.Conflict when the managers would lose their quorum
   */
  void setNodeRole(String nodeId, NodeInfo.Role role);

  /**
   * Forgets a node. A missing one is success.
   *
   * @param force although it is not down
   * @throws DockerProblem.Conflict when it is up and not forced, or a manager
   */
  void removeNode(String nodeId, boolean force);

  /** What a new host needs in order to join. */
  JoinTokens joinTokens();
}
