package dev.slipway.runtime.service;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NetworkInfo;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the containers of this engine that ask for it (label {@code dev.slipway.attach}: an ingress
 * or a runtime of this installation), and the one this process runs in, on the networks of its
 * projects, so that they reach tasks at their overlay addresses.
 */
public final class Attachments {
  private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

  private final DockerEngine engine;
  private final String installation;
  private final boolean wanted;
  private final @Nullable String own;

  /**
   * Does nothing but for tasks that are reached on the overlay.
   *
   * @param address how the ingress reaches tasks
   * @param own the container this process runs in, or null when it carries the label itself
   */
  public Attachments(
      DockerEngine engine, String installation, TaskAddress address, @Nullable String own) {
    this.engine = engine;
    this.installation = installation;
    this.wanted = address == TaskAddress.OVERLAY;
    this.own = own == null || own.isBlank() ? null : own;
  }

  /** Whether tasks are reached on the overlay at all. */
  public boolean wanted() {
    return wanted;
  }

  /** Puts every container that asks for it on every network of ours. */
  public void joinAll() {
    if (wanted) {
      List<String> asking = asking();
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
      asking().forEach(container -> engine.disconnectNetwork(network, container));
    }
  }

  private List<String> asking() {
    Stream<String> labelled =
        engine.containers(Map.of(Labels.ATTACH, installation)).stream()
            .filter(container -> container.state() == ContainerInfo.State.RUNNING)
            .map(ContainerSummary::id);
    return Stream.concat(labelled, Stream.ofNullable(own)).distinct().toList();
  }

  private void join(String network, String container) {
    try {
      if (!engine
          .container(container)
          .map(info -> info.networks().containsKey(network))
          .orElse(true)) {
        engine.connectNetwork(network, container, List.of());
        LOG.info("Container {} joined the network {}", container, network);
      }
    } catch (DockerProblem.NotFound gone) {
      LOG.debug("{} or {} is gone", container, network);
    }
  }
}
