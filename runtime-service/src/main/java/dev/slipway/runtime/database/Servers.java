package dev.slipway.runtime.database;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ServiceChange;
import dev.slipway.docker.ServiceInfo;
import dev.slipway.docker.TaskInfo;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Labels;
import dev.slipway.runtime.service.Nodes;
import dev.slipway.store.DatabaseServerStore.Server;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes, changes, stops and removes the services of servers. Each call looks before it acts, so
 * that doing it twice is doing it once. A service is made with nothing running and started by a
 * change of what was just seen, which Swarm refuses to who is late: no two run on one volume.
 */
final class Servers {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** The longest grace of any server, and some time for Swarm to tell. */
  private static final Duration STILL_WITHIN = Duration.ofSeconds(150);

  /** A server that is being removed has its name for as long as it may take to stop. */
  private static final Duration NAME_FREE_WITHIN = Duration.ofMinutes(3);

  private final DockerEngine engine;
  private final EngineWatch watch;
  private final Nodes nodes;
  private final String installation;
  private final ServerPlan plan;

  Servers(DatabaseParts parts) {
    this.engine = parts.engine();
    this.watch = parts.watch();
    this.nodes = parts.base().nodes();
    this.installation = parts.base().installation();
    this.plan = new ServerPlan(installation, parts.stores().vault());
  }

  /** Whoever is at work still may be. */
  interface Right {
    /** Fails when somebody else has taken over, or when the work is to end. */
    void check();
  }

  /** A service of this name that is another database's is not this one's, and is left alone. */
  private Optional<ServiceInfo> find(Server server) {
    return named(server).filter(service -> isOf(server, service));
  }

  private Optional<ServiceInfo> named(Server server) {
    return engine.service(server.service());
  }

  private boolean isOf(Server server, ServiceInfo service) {
    return ours(service) && server.databaseId().equals(Labels.database(service.labels()));
  }

  /** Of this form it runs, or is about to. Another form is stopped and replaced. */
  void run(Form form, Right right) throws InterruptedException {
    bring(form, 1, right);
  }

  /** Of this form it is there, and nothing of it runs. */
  void rest(Form form, Right right) throws InterruptedException {
    bring(form, 0, right);
    awaitStill(form.server(), right, true);
  }

  private void bring(Form form, int replicas, Right right) throws InterruptedException {
    String mark = plan.mark(form);
    long deadline = System.nanoTime() + NAME_FREE_WITHIN.toNanos();
    boolean done = false;
    while (!done) {
      long seen = watch.moments();
      Optional<ServiceInfo> found = named(form.server());
      right.check();
      if (found.isEmpty()) {
        make(form);
      } else if (!isOf(form.server(), found.get())) {
        mustBecomeFree(form, found.get(), deadline);
        watch.await(seen, LOOK);
      } else if (!mark.equals(found.get().labels().get(Labels.FORM))) {
        stop(form.server(), right);
        remove(found.get(), right);
      } else {
        done = scaled(found.get(), replicas);
      }
    }
  }

  private void make(Form form) {
    try {
      engine.createService(plan.spec(form));
    } catch (DockerProblem.Conflict made) {
      if (named(form.server()).isEmpty()) {
        throw made;
      }
    }
  }

  /** A database that is being removed has given up its name, but not yet its service's. */
  private void mustBecomeFree(Form form, ServiceInfo taken, long deadline) {
    if (!ours(taken)) {
      throw taken(form, "that is not of this installation", "Remove or rename it");
    }
    if (System.nanoTime() > deadline) {
      throw taken(
          form,
          "of another database, which is not removed yet",
          "Wait until that removal has ended, or choose another name");
    }
  }

  /** Nothing of the server runs afterwards, whatever its form; one that is not there is success. */
  void stop(Server server, Right right) throws InterruptedException {
    stop(server, right, true);
  }

  private void stop(Server server, Right right, boolean lostToo) throws InterruptedException {
    boolean done = false;
    while (!done) {
      Optional<ServiceInfo> found = find(server);
      right.check();
      done = found.isEmpty() || scaled(found.get(), 0);
    }
    awaitStill(server, right, lostToo);
  }

  /** The service is gone afterwards, after its tasks have ended in peace. */
  void remove(Server server, Right right) throws InterruptedException {
    remove(server, right, true);
  }

  /**
   * The same of a server whose data nobody is to use again: what a node that is down may still run
   * is not waited for, it ends when that node is back.
   */
  void removeForGood(Server server, Right right) throws InterruptedException {
    remove(server, right, false);
  }

  private void remove(Server server, Right right, boolean lostToo) throws InterruptedException {
    stop(server, right, lostToo);
    Optional<ServiceInfo> found = find(server);
    if (found.isPresent()) {
      remove(found.get(), right);
    }
  }

  /** Whatever services of a database are left, those that no row tells of included. */
  void removeAll(DatabaseId id, Right right) {
    for (ServiceInfo service : engine.services(Labels.of(installation, id))) {
      remove(service, right);
    }
  }

  private void remove(ServiceInfo service, Right right) {
    right.check();
    engine.removeService(service.id());
  }

  private boolean ours(ServiceInfo service) {
    return installation.equals(service.labels().get(Labels.INSTALLATION));
  }

  /** False when somebody else changed it since it was looked at: look again. */
  private boolean scaled(ServiceInfo seen, int replicas) {
    if (seen.replicas() == replicas) {
      return true;
    }
    try {
      engine.changeService(seen, ServiceChange.scale(replicas));
      return true;
    } catch (DockerProblem.Outdated | DockerProblem.NotFound meanwhile) {
      return false;
    }
  }

  /**
   * What writes to the volume must have ended before anything else is done to it.
   *
   * @param lostToo what may run on nodes that are down counts: nobody knows whether it does
   */
  private void awaitStill(Server server, Right right, boolean lostToo) throws InterruptedException {
    long deadline = System.nanoTime() + STILL_WITHIN.toNanos();
    while (true) {
      long seen = watch.moments();
      if (!runsHere(server) && !runsElsewhere(server, lostToo)) {
        return;
      }
      right.check();
      if (System.nanoTime() > deadline) {
        throw Problem.failed(
            "server_does_not_stop",
            "The server `%s` did not stop within %d s."
                .formatted(server.service(), STILL_WITHIN.toSeconds()),
            "Look whether its node is reachable, end its container by hand if it hangs, then try"
                + " again.");
      }
      watch.await(seen, LOOK);
    }
  }

  private boolean runsHere(Server server) {
    return engine
        .containers(Labels.of(installation, server.databaseId(), server.generation()))
        .stream()
        .anyMatch(Servers::alive);
  }

  private static boolean alive(ContainerSummary container) {
    return container.state() == ContainerInfo.State.RUNNING
        || container.state() == ContainerInfo.State.CREATED;
  }

  /** Of a node that is down nobody knows; of one that left the Swarm nothing is left. */
  private boolean runsElsewhere(Server server, boolean lostToo) {
    Nodes.Seen seen = nodes.lately();
    return !seen.alone()
        && engine.tasks(server.service()).stream()
            .filter(task -> server.databaseId().equals(Labels.database(task.labels())))
            .filter(task -> lostToo || !seen.lost(task.nodeId()))
            .anyMatch(task -> runsElsewhere(task, seen));
  }

  private static boolean runsElsewhere(TaskInfo task, Nodes.Seen seen) {
    return seen.elsewhere(task.nodeId())
        && seen.node(task.nodeId()).isPresent()
        && task.containerId() != null
        && !task.state().ended();
  }

  private static Problem taken(Form form, String whose, String remedy) {
    return Problem.failed(
        "service_name_taken",
        "There is a service `" + form.server().service() + "` " + whose + ".",
        remedy + ", then try again.");
  }
}
