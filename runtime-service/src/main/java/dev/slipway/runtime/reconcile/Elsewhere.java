package dev.slipway.runtime.reconcile;

import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.route.Target;
import dev.slipway.docker.TaskInfo;
import dev.slipway.runtime.service.Replica;
import dev.slipway.runtime.service.Replicas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The running replicas on other hosts, of all applications, each under an address that is its own.
 * An engine that starts again gives out its ports anew, and the Swarm may go on for a while to show
 * who had them before: of two replicas at one port the younger one is there, and requests for the
 * other must not meet it.
 */
final class Elsewhere {
  private final Map<ReleaseId, List<Replica>> running;
  private final Map<Target, Replica> owners = new HashMap<>();

  Elsewhere(Map<ReleaseId, List<Replica>> running) {
    this.running = running;
    running.values().forEach(all -> all.forEach(this::claim));
  }

  static Elsewhere of(Picture picture, Replicas replicas) {
    Map<ReleaseId, List<Replica>> running = new HashMap<>();
    picture
        .elsewhere()
        .forEach((id, tasks) -> {
          Release release = picture.running().get(id);
          if (release != null) {
            running.put(id, running(tasks, picture, release, replicas));
          }
        });
    return new Elsewhere(running);
  }

  private static List<Replica> running(
      List<TaskInfo> tasks, Picture picture, Release release, Replicas replicas) {
    List<Replica> found = new ArrayList<>();
    for (TaskInfo task : tasks) {
      Replica replica = replicas.elsewhere(task, picture.nodes(), release.spec().port());
      if (replica.running()) {
        found.add(replica);
      }
    }
    return found;
  }

  private void claim(Replica replica) {
    Target target = replica.target();
    if (target != null) {
      owners.merge(target, replica, Elsewhere::younger);
    }
  }

  private static Replica younger(Replica one, Replica other) {
    return one.createdAt().isAfter(other.createdAt()) ? one : other;
  }

  /** Those of a release; one without an address is among them, one under another's is not. */
  List<Replica> of(ReleaseId release) {
    return running.getOrDefault(release, List.of()).stream()
        .filter(replica -> replica.target() == null || replica.equals(owners.get(replica.target())))
        .toList();
  }

  /** Whether a replica of any application is known to answer there. */
  boolean answers(Target target) {
    return owners.containsKey(target);
  }
}
