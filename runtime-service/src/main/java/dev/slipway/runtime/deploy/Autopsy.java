package dev.slipway.runtime.deploy;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo.Health;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.TaskInfo;
import dev.slipway.runtime.service.Images;
import dev.slipway.runtime.service.ListeningPorts;
import dev.slipway.runtime.service.Look;
import dev.slipway.runtime.service.Replica;
import dev.slipway.runtime.service.RuntimeParts;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the words for why a release does not become healthy: a code, what was seen, what to do. */
final class Autopsy {
  /** A program may lose its first start to something that is not up yet; not its third. */
  private static final int DEATHS_FORGIVEN = 2;

  private static final int CANNOT_EXECUTE = 126;
  private static final int NOT_FOUND = 127;
  private static final long PLACEMENT_PATIENCE_MS = 5_000;

  private final DockerEngine engine;
  private final Images images;
  private final ListeningPorts ports;

  Autopsy(RuntimeParts parts) {
    this.engine = parts.engine();
    this.images = parts.images();
    this.ports = new ListeningPorts(parts.engine());
  }

  /** Throws when waiting for another start of this container makes no sense. */
  void refuseIfHopeless(Gate gate, Replica dead, int deaths) {
    if (dead.outOfMemory()) {
      throw outOfMemory(gate);
    }
    boolean neverRuns = dead.exitCode() == CANNOT_EXECUTE || dead.exitCode() == NOT_FOUND;
    if (neverRuns || deaths > DEATHS_FORGIVEN + Math.max(0, gate.wanted() - 1)) {
      throw dead(dead, deaths);
    }
  }

  /** It did not stay up. */
  Problem dead(Replica dead, int deaths) {
    return dead.check() == Health.UNHEALTHY ? imageCheckFails(deaths) : exited(dead, deaths);
  }

  /** Throws when Swarm cannot start a task at all: no image, no room, a mount that fails. */
  void refuseIfRejected(Gate gate, long waitedMs) {
    int rejected = 0;
    for (TaskInfo task : engine.tasks(gate.service())) {
      String error = task.error();
      if (error == null || error.isEmpty()) {
        continue;
      }
      if (task.state() == TaskInfo.State.REJECTED && ++rejected > 1) {
        throw refused(gate, error);
      }
      if (task.state() == TaskInfo.State.PENDING && waitedMs > PLACEMENT_PATIENCE_MS) {
        throw noRoom(error);
      }
    }
  }

  /** The grace time is over. */
  Problem late(Gate gate, @Nullable Replica seen, @Nullable Look look, int well) {
    long grace = gate.grace().toSeconds();
    if (seen == null) {
      return Problem.failed(
          "not_started",
          "No container of the release started within " + grace + " s.",
          "Look at `docker service ps " + gate.service() + "` and at the engine's own log.");
    }
    if (look != null && Look.PORT_NOT_OPEN.equals(look.code()) && well == 0) {
      return portNotOpen(gate, seen, look, grace);
    }
    String detail = look == null ? "the Swarm did not start the others" : look.detail();
    return Problem.failed(
        Look.HEALTH_CHECK_FAILED,
        "%d of %d replicas became healthy within %d s: %s."
            .formatted(well, gate.wanted(), grace, detail),
        "Make the health check pass, correct healthCheck.path, or raise healthCheck.graceSeconds if the"
            + " application needs longer to start.");
  }

  private Problem portNotOpen(Gate gate, Replica seen, Look look, long grace) {
    int port = gate.release().spec().port();
    ListeningPorts.Open open =
        seen.running() && seen.elsewhere() == null
            ? ports.of(seen.containerId())
            : new ListeningPorts.Open(Set.of(), Set.of());
    String detail =
        "The application did not open port %d within %d s: %s."
            .formatted(port, grace, look.detail());
    if (open.loopbackOnly().contains(port)) {
      return Problem.failed(
          Look.PORT_NOT_OPEN,
          detail + " It listens there on 127.0.0.1 only.",
          "Listen on 0.0.0.0 instead of localhost; many frameworks take HOST=0.0.0.0.");
    }
    Set<Integer> others = new TreeSet<>(open.everywhere());
    others.remove(port);
    if (!others.isEmpty()) {
      return Problem.failed(
          Look.PORT_NOT_OPEN,
          detail + " It listens on " + words(others) + ".",
          "Set the application's port to "
              + others.iterator().next()
              + ", or let it listen on the port that the variable PORT names.");
    }
    return Problem.failed(
        Look.PORT_NOT_OPEN,
        detail,
        "Let the application listen on 0.0.0.0 and on the port that the variable PORT names ("
            + port
            + "), set the right port, or raise healthCheck.graceSeconds if it needs longer to start.");
  }

  private static String words(Set<Integer> ports) {
    List<String> names = ports.stream().map(port -> "port " + port).toList();
    return String.join(", ", names);
  }

  private static Problem outOfMemory(Gate gate) {
    Integer limit = gate.release().spec().config().resources().memoryMb();
    return Problem.failed(
        "out_of_memory",
        limit == null
            ? "The application was killed because the host ran out of memory."
            : "The application was killed because it needs more than its "
                + limit
                + " MB of memory.",
        limit == null
            ? "Give the host more memory, or set resources.memoryMb so that one application cannot take it all."
            : "Raise resources.memoryMb, or make the application use less.");
  }

  private static Problem exited(Replica dead, int deaths) {
    String times = deaths == 1 ? "" : " " + deaths + " times";
    String error = dead.error();
    String why = error == null || error.isEmpty() ? "" : " (" + error + ")";
    return Problem.failed(
        "container_exited",
        "The application exited" + times + ", last with code " + dead.exitCode() + why + ".",
        switch (dead.exitCode()) {
          case 0 ->
              "The start command ended without an error: it must keep running in the foreground.";
          case CANNOT_EXECUTE -> "The start command is not executable: check it and its rights.";
          case NOT_FOUND ->
              "The start command was not found in the image: check startCommand and the build.";
          default -> "The last lines of its log say why; correct that and deploy again.";
        });
  }

  private static Problem imageCheckFails(int deaths) {
    return Problem.failed(
        Look.HEALTH_CHECK_FAILED,
        "The image's own health check failed; the engine stopped " + deaths + " replicas.",
        "Make the image's HEALTHCHECK pass, or set healthCheck.path, which replaces it.");
  }

  /**
   * A node that cannot fetch an image says no more than that there is none: whether the registry
   * keeps it, refuses or does not answer has to be asked.
   */
  private Problem refused(Gate gate, String error) {
    if (error.contains("No such image")) {
      String missing = images.missing(gate.release());
      return missing == null ? notFetched(gate, error) : imageGone(missing);
    }
    return Problem.failed(
        "task_rejected",
        "The engine cannot start the application: " + error + ".",
        "Correct what the engine names; `docker service ps --no-trunc "
            + gate.service()
            + "` tells more.");
  }

  private static Problem noRoom(String error) {
    return Problem.failed(
        "no_room",
        "No node can take the application: " + error + ".",
        "Lower resources.memoryMb or resources.cpus, stop something else, or add a node.");
  }

  private static Problem notFetched(Gate gate, String error) {
    return Problem.failed(
        "image_not_fetched",
        "A node cannot fetch the image of release %d: %s."
            .formatted(gate.release().number(), error),
        "See that every node reaches the registry (`docker pull` there says more), trusts its"
            + " certificate or lists it under insecure-registries, and that SLIPWAY_REGISTRY_USERNAME"
            + " and _PASSWORD may read.");
  }

  /** Says why, in a sentence. */
  static Problem imageGone(String why) {
    return Problem.failed(
        "image_gone", why, "Deploy the commit again: it is built anew. Nothing was changed.");
  }
}
