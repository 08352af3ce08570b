package dev.slipway.runtime.service;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NetworkInfo;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the containers of this engine that ask for it (label {@code dev.slipway.attach}: an ingress
 * or a runtime of this installation) on the networks of its projects, so that they reach tasks at
 * their overlay addresses.
 */
public final class Attachments {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final DockerEngine engine;
  private final String installation;
  private final boolean wanted;

  /**
   * Does nothing but for tasks that are reached on the overlay.
   *
   * @param address how the ingress reaches tasks
   */
  public Attachments(DockerEngine engine, String installation, TaskAddress address) {
    this.engine = engine;
    this.installation = installation;
    this.wanted = address == TaskAddress.OVERLAY;
  }

  /** Whether tasks are reached on the overlay at all. */
  public boolean wanted() {
    return wanted;
  }

  /** Puts every container that asks for it on every network of ours. */
  public void joinAll() {
    if (wanted) {
      List<ContainerSummary> asking = asking();
      if (!asking.isEmpty()) {
        for (NetworkInfo network : engine.networks(Labels.ours(installation))) {
          asking.forEach(container -> join(network.name(), container));
        }
      }
    }
  }

  /** Puts every container that asks for it on one network. */
  public void joinAll(String network) {
    if (wanted) {
      asking().forEach(container -> join(network, container));
    }
  }

  /** Takes them off a network that is to be removed. */
  public void leaveAll(String network) {
    if (wanted) {
      asking().forEach(container -> engine.disconnectNetwork(network, container.id()));
    }
  }

  private List<ContainerSummary> asking() {
    return engine.containers(Map.of(Labels.ATTACH, installation)).stream()
        .filter(container -> container.state() == ContainerInfo.State.RUNNING)
        .toList();
  }

  private void join(String network, ContainerSummary container) {
    try {
      if (!engine
          .container(container.id())
          .map(info -> info.networks().containsKey(network))
          .orElse(true)) {
        engine.connectNetwork(network, container.id(), List.of());
        LOG.info("{} joined the network {}", container.name(), network);
      }
    } catch (DockerProblem.NotFound gone) {
      LOG.debug("{} or {} is gone", container.name(), network);
    }
  }
}
