package dev.slipway.runtime.service;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.NetworkInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The network of each project, on which its applications and databases find each other. */
public final class ProjectNetworks {
  private final DockerEngine engine;
  private final Names names;
  private final Attachments attachments;

  public ProjectNetworks(RuntimeParts parts) {
    this.engine = parts.engine();
    this.names = parts.names();
    this.attachments = parts.attachments();
  }

  /**
   * The name of a project's network, which is there afterwards. It is found by its label, for a
   * project may be renamed while its applications run.
   */
  public String of(String projectId, String projectName) {
    Map<String, String> labels = new HashMap<>(Labels.ours(names.installation()));
    labels.put(Labels.PROJECT, projectId);
    List<NetworkInfo> found = engine.networks(labels);
    if (!found.isEmpty()) {
      return found.getFirst().name();
    }
    String wanted = names.network(projectName);
    NetworkInfo made = engine.ensureNetwork(wanted, labels);
    if (!projectId.equals(made.labels().get(Labels.PROJECT))) {
      String tail = projectId.substring(Math.max(0, projectId.length() - 8));
      made = engine.ensureNetwork(wanted + "-" + tail, labels);
    }
    attachments.joinAll(made.name());
    return made.name();
  }
}
