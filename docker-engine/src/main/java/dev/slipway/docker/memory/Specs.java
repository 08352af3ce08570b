package dev.slipway.docker.memory;

import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceSpec;
import java.util.HashMap;
import java.util.Map;

/** Copies of a spec with one thing changed. */
final class Specs {
  private Specs() {}

  static ServiceSpec changed(ServiceSpec spec, ServiceChange change) {
    var replicas = change.replicas();
    var labelled = labelled(spec, change.labels());
    return replicas == null ? labelled : scaled(labelled, replicas);
  }

  static ServiceSpec scaled(ServiceSpec spec, int replicas) {
    return copy(spec).labels(spec.labels()).replicas(replicas).build();
  }

  static ServiceSpec labelled(ServiceSpec spec, Map<String, String> more) {
    var labels = new HashMap<>(spec.labels());
    labels.putAll(more);
    return copy(spec).labels(labels).build();
  }

  private static ServiceSpec.Builder copy(ServiceSpec spec) {
    return ServiceSpec.of(spec.name(), spec.image())
        .containerLabels(spec.containerLabels())
        .env(spec.env())
        .command(spec.command())
        .args(spec.args())
        .networks(spec.networks())
        .mounts(spec.mounts())
        .replicas(spec.replicas())
        .memoryBytes(spec.memoryBytes())
        .cpus(spec.cpus())
        .pidsLimit(spec.pidsLimit())
        .restart(spec.restart())
        .healthcheck(spec.healthcheck())
        .stopGraceSeconds(spec.stopGraceSeconds())
        .hostPorts(spec.hostPorts())
        .dropCapabilities(spec.dropCapabilities())
        .keepCapabilities(spec.keepCapabilities())
        .confinement(spec.confinement())
        .user(spec.user())
        .stopFirst(spec.stopFirst())
        .constraints(spec.placement().constraints())
        .placementSpread(spec.placement().spread())
        .registryAuth(spec.registryAuth());
  }
}
