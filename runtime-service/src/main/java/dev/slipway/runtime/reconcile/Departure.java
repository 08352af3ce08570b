package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseState;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.NetworkInfo;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.VolumeInfo;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.logs.RuntimeLogs;
import dev.slipway.runtime.service.Attachments;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Launcher;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.runtime.service.Warrant;
import dev.slipway.store.VolumeStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a deleted application's pieces away, its row last: whoever is interrupted finds the row
 * again and goes on. Volumes go with the application, and only with it.
 */
final class Departure {
  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);
  private static final int ALL_RELEASES = 1_000;

  private final Stores stores;
  private final DockerEngine engine;
  private final RuntimeLogs logs;
  private final Retirement retirement;
  private final Launcher launcher;
  private final Warrant warrant;
  private final Attachments attachments;
  private final String installation;

  Departure(ReconcileParts parts, Retirement retirement) {
    this.stores = parts.stores();
    this.engine = parts.engine();
    this.logs = parts.logs();
    this.installation = parts.installation();
    this.retirement = retirement;
    this.launcher = parts.launcher();
    this.warrant = parts.warrant();
    this.attachments = parts.base().attachments();
  }

  /** True when something is still on its way out and worth another look soon. */
  boolean pass(Picture picture) {
    boolean more = false;
    for (ApplicationId application : stores.applications().deleting().await()) {
      if (picture.inHands().contains(application)) {
        more = true;
      } else {
        more |= !depart(application, picture.nodes());
      }
    }
    return more;
  }

  /** False while its containers still end. */
  private boolean depart(ApplicationId application, Nodes.Seen nodes) {
    Map<String, String> its = Labels.of(installation, application);
    for (ServiceInfo service : engine.services(its)) {
      launcher.remove(service, warrant);
    }
    if (!engine.containers(its).isEmpty()) {
      return false;
    }
    warrant.check();
    for (VolumeInfo volume : engine.volumes(its)) {
      LOG.info("Volume {} is removed with its application {}", volume.name(), application);
      engine.removeVolume(volume.name());
    }
    if (!volumesGone(application, nodes)) {
      return false;
    }
    List<Release> releases = stores.releases().list(application, ALL_RELEASES).await();
    for (Release release : releases) {
      if (release.state() != ReleaseState.REMOVED) {
        stores.releases().move(release.id(), release.state(), ReleaseState.REMOVED).await();
        retirement.removeImage(release);
      }
    }
    stores.applications().remove(application).await();
    logs.forget(application);
    removeEmptyNetworks();
    return true;
  }

  /** Each node removes its own; with a node that left the Swarm its volumes are gone, too. */
  private boolean volumesGone(ApplicationId application, Nodes.Seen nodes) {
    stores.volumes().dismiss(application).await();
    boolean gone = true;
    for (VolumeStore.Placed volume : stores.volumes().of(application).await()) {
      if (nodes.elsewhere(volume.nodeId()) && nodes.node(volume.nodeId()).isPresent()) {
        gone = false;
      } else {
        stores.volumes().removed(volume).await();
      }
    }
    return gone;
  }

  /** A network that some service still names is refused by the engine, and stays. */
  private void removeEmptyNetworks() {
    Set<String> withDatabases = Set.copyOf(stores.databases().servers().projects().await());
    Set<String> projects =
        stores.applications().all().await().stream()
            .map(application -> application.projectId().value())
            .collect(Collectors.toSet());
    for (NetworkInfo network : engine.networks(Labels.ours(installation))) {
      if (withDatabases.contains(network.labels().getOrDefault(Labels.PROJECT, ""))) {
        continue;
      }
      try {
        // An ingress leaves a network only when nobody can need it there any more.
        if (!projects.contains(network.labels().getOrDefault(Labels.PROJECT, ""))) {
          attachments.leaveAll(network.name());
        }
        engine.removeNetwork(network.name());
      } catch (DockerProblem.Conflict | DockerProblem.Refused used) {
        LOG.debug("Network {} is in use", network.name());
      }
    }
  }
}
