package dev.slipway.runtime.node;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.Containers;
import dev.slipway.contracts.node.NodeContract.Stats;
import dev.slipway.contracts.node.NodeContract.Usage;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerStats;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.runtime.service.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The containers of an application or a database on this host. */
final class LocalContainers {
  /** Long enough for the kernel's counters to move, short enough for a person who waits. */
  private static final Duration SAMPLE = Duration.ofMillis(400);

  private final HostParts host;

  LocalContainers(HostParts host) {
    this.host = host;
  }

  /** All of them, ended ones included. Blocks. */
  Containers of(ApplicationId application) {
    List<Container> found = new ArrayList<>();
    for (ContainerSummary listed : listed(application)) {
      ReleaseId release = Labels.release(listed.labels());
      if (release != null) {
        host.engine().container(listed.id()).ifPresent(info -> found.add(container(info, release)));
      }
    }
    return new Containers(found);
  }

  private static Container container(ContainerInfo info, ReleaseId release) {
    return new Container(
        info.id(),
        release,
        info.state().name().toLowerCase(Locale.ROOT),
        info.health().name().toLowerCase(Locale.ROOT),
        info.exitCode(),
        info.oomKilled(),
        info.gatewayAddress(),
        info.startedAt(),
        info.hostPorts().stream()
            .map(open -> new NodeContract.Port(open.containerPort(), open.hostPort()))
            .toList());
  }

  /** What the running ones use just now: two readings, a moment apart. Blocks. */
  Stats usage(ApplicationId application) throws InterruptedException {
    return usage(listed(application));
  }

  /** The same of a database's servers. Blocks. */
  Stats usage(DatabaseId database) throws InterruptedException {
    return usage(host.engine().containers(Labels.of(host.installation(), database)));
  }

  private Stats usage(List<ContainerSummary> containers) throws InterruptedException {
    Map<String, ContainerStats> first = new LinkedHashMap<>();
    for (ContainerSummary listed : containers) {
      if (listed.state() == ContainerInfo.State.RUNNING) {
        host.engine().stats(listed.id()).ifPresent(reading -> first.put(listed.id(), reading));
      }
    }
    if (first.isEmpty()) {
      return new Stats(List.of());
    }
    Thread.sleep(SAMPLE);
    List<Usage> usages = new ArrayList<>();
    first.forEach((id, before) ->
        host.engine().stats(id).ifPresent(now -> usages.add(usage(id, before, now))));
    return new Stats(usages);
  }

  private static Usage usage(String id, ContainerStats before, ContainerStats now) {
    return new Usage(
        id,
        now.cpusSince(before),
        now.memoryBytes(),
        now.memoryLimitBytes(),
        now.receivedBytes(),
        now.sentBytes(),
        now.processes());
  }

  private List<ContainerSummary> listed(ApplicationId application) {
    return host.engine().containers(Labels.of(host.installation(), application));
  }
}
