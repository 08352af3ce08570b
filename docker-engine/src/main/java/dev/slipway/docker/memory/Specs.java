package dev.slipway.docker.memory;

import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceSpec;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of a spec with one thing changed. */
final class Specs {
  private Specs() {}

  static ServiceSpec changed(ServiceSpec spec, ServiceChange change) {
    var labels = new HashMap<>(spec.labels());
    labels.putAll(change.labels());
    var image = or(change.image(), spec.image());
    return copy(spec, image, or(change.env(), spec.env()))
        .labels(labels)
        .replicas(or(change.replicas(), spec.replicas()))
        .args(or(change.args(), spec.args()))
        .memoryBytes(or(change.memoryBytes(), spec.memoryBytes()))
        .cpus(or(change.cpus(), spec.cpus()))
        .hostPorts(or(change.hostPorts(), spec.hostPorts()))
        .build();
  }

  /** Whether tasks of the one have to be replaced by tasks of the other. */
  static boolean otherTasks(ServiceSpec one, ServiceSpec other) {
    return !copy(one).replicas(0).build().equals(copy(other).replicas(0).build());
  }

  private static <T> T or(@Nullable T changed, T before) {
    return changed == null ? before : changed;
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
    return copy(spec, spec.image(), spec.env());
  }

  /** All but the service's own labels. */
  private static ServiceSpec.Builder copy(ServiceSpec spec, String image, Map<String, String> env) {
    return ServiceSpec.of(spec.name(), image)
        .containerLabels(spec.containerLabels())
        .env(env)
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
