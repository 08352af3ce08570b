package dev.slipway.docker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine and its host.
 *
 * @param apiVersion the version both sides speak
 * @param nodeId this node in the Swarm; null when there is none
 * @param nodeAddress under which other nodes reach this one; null when there is no Swarm
 * @param managers host and port of each manager, as this node knows them
 * @param hostname as the engine's host calls itself
 * @param storageRoot the directory of images and containers on the engine's host
 * @param freeBytes free there, or -1 when the engine is on another host
 * @param buildxVersion null when builds go through the classic builder
 * @param cgroupVersion {@code 1} or {@code 2}
 */
public record EngineInfo(
    String version,
    String apiVersion,
    Swarm swarm,
    @Nullable String nodeId,
    @Nullable String nodeAddress,
    List<String> managers,
    String hostname,
    String storageRoot,
    long freeBytes,
    @Nullable String buildxVersion,
    String cgroupVersion,
    String architecture,
    int processors,
    long memoryBytes) {

  public EngineInfo {
    managers = List.copyOf(managers);
  }

  /** This node's part in a Swarm. */
  public enum Swarm {
    INACTIVE,
    PENDING,
    WORKER,
    MANAGER,
    LOCKED,
    ERROR
  }

  /** Whether builds have a step timeline, secrets and a shared cache. */
  public boolean buildkit() {
    return buildxVersion != null;
  }
}
