package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.Registry;
import dev.slipway.platform.bus.Bus;
import dev.slipway.store.VolumeStore;
import org.jspecify.annotations.Nullable;

/** What everything that runs releases leans on: one engine, its Swarm, and where images are. */
public record RuntimeParts(
    DockerEngine engine,
    Names names,
    TaskAddress taskAddress,
    @Nullable Registry registry,
    Nodes nodes,
    Images images,
    Berths berths,
    Attachments attachments,
    TaskPorts ports) {

  /**
   * Makes them for one installation on one engine.
   *
   * @param bus over which other hosts are asked about their own
   * @param ownContainer the container this process runs in, where nobody could label it beforehand;
   *     null otherwise
   */
  public static RuntimeParts of(
      DockerEngine engine,
      String installation,
      TaskAddress taskAddress,
      @Nullable Registry registry,
      VolumeStore volumes,
      Bus bus,
      @Nullable String ownContainer) {
    Names names = new Names(installation);
    Nodes nodes = new Nodes(engine);
    return new RuntimeParts(
        engine,
        names,
        taskAddress,
        registry,
        nodes,
        new Images(engine, registry),
        new Berths(engine, volumes, nodes, names),
        new Attachments(engine, installation, taskAddress, ownContainer),
        new TaskPorts(bus));
  }

  public String installation() {
    return names.installation();
  }
}
