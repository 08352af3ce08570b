package dev.slipway.runtime.logs;

import dev.slipway.contracts.database.DatabaseId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.platform.lease.FencedOut;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.logs.LogAnnouncer;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.Labels;
import dev.slipway.store.LogNote;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of one node's containers for as long as this process holds the node's lease. One
 * worker opens logs and finds containers, by the engine's events and by a look at all of them when
 * events may have been missed; each container has a follower of its own.
 */
final class NodeLogs {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLogs.class);
  private static final Duration LOOK_ANYWAY = Duration.ofSeconds(60);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
  private static final int MOST_TASKS = 4_096;
  private static final Task LOOK_AT_ALL = () -> {};

  private final Desk desk;
  private final ApplicationLog.Author author;
  private final Map<String, ApplicationLog> logs = new ConcurrentHashMap<>();
  private final Map<String, ContainerFollower> followers = new ConcurrentHashMap<>();
  private final Map<String, ApplicationLog> masked = new HashMap<>();
  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>(MOST_TASKS);
  private final Thread worker = Thread.ofVirtual().name("node-logs").unstarted(this::work);
  private volatile boolean closed;
  private volatile boolean lookSoon = true;

  private interface Task {
    void run() throws InterruptedException;
  }

  /** What it needs, term after term. */
  record Desk(
      Vertx vertx,
      DockerEngine engine,
      Stores stores,
      String installation,
      LogAnnouncer announcer) {}

  private NodeLogs(Desk desk, Lease lease) {
    this.desk = desk;
    this.author = new ApplicationLog.Author(lease.name(), lease::guard);
  }

  /** Begins to follow what runs on the node of that lease. */
  static NodeLogs begin(Desk desk, Lease lease) {
    NodeLogs begun = new NodeLogs(desk, lease);
    begun.worker.start();
    return begun;
  }

  void heard(EngineEvent event) {
    if (event.action().equals("start")) {
      add(() -> follow(event.id(), event.attributes()));
    }
  }

  void lookAtAllSoon() {
    add(LOOK_AT_ALL);
  }

  void forget(String stream) {
    add(() -> {
      ApplicationLog log = logs.remove(stream);
      if (log != null) {
        log.close();
      }
    });
  }

  /** What finds no room is found by the look at everything that is due then. */
  private void add(Task task) {
    if (!tasks.offer(task)) {
      lookSoon = true;
    }
  }

  private void work() {
    while (!closed) {
      try {
        Task task = lookSoon ? LOOK_AT_ALL : tasks.poll(LOOK_ANYWAY.toSeconds(), TimeUnit.SECONDS);
        if (task == null || task == LOOK_AT_ALL) {
          lookSoon = false;
          lookAtAll();
        } else {
          task.run();
        }
      } catch (InterruptedException e) {
        return;
      } catch (DockerProblem.Cancelled stopped) {
        return;
      } catch (FencedOut gone) {
        LOG.info("The logs of this node are another process's now: {}", gone.getMessage());
        rest();
      } catch (RuntimeException e) {
        LOG.warn("An application's log cannot be written just now: {}", e.getMessage());
        rest();
      }
    }
  }

  private void rest() {
    lookSoon = true;
    try {
      TimeUnit.MILLISECONDS.sleep(TRY_AGAIN.toMillis());
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Ended containers too: what they printed while nobody followed is still to be read. */
  private void lookAtAll() {
    forgetClosed();
    Map<String, Set<String>> present = new HashMap<>();
    List<ContainerSummary> containers = desk.engine().containers(Labels.ours(desk.installation()));
    Set<String> listed = new HashSet<>();
    for (ContainerSummary container : containers) {
      String stream = Labels.stream(container.labels());
      listed.add(container.id());
      if (stream != null) {
        present.computeIfAbsent(stream, none -> new HashSet<>()).add(container.id());
      }
    }
    tellUnread(present);
    for (ContainerSummary container : containers) {
      follow(container.id(), container.labels());
    }
    followers.entrySet().removeIf(known -> gone(known.getValue(), listed.contains(known.getKey())));
    logs.forEach((stream, log) -> log.keepPositions(read(present, stream)));
  }

  /** Containers that are there, and those that are gone but still being read. */
  private Set<String> read(Map<String, Set<String>> present, String stream) {
    Set<String> read = new HashSet<>(followers.keySet());
    read.addAll(present.getOrDefault(stream, Set.of()));
    return read;
  }

  /** Of each application and database that had containers here when somebody looked last. */
  private void tellUnread(Map<String, Set<String>> present) {
    for (LogNote.Place place : desk.stores().logs().placesOf(author.name()).await()) {
      String stream = place.stream();
      if (LogStreams.ofContainers(stream) && !logs.containsKey(stream)) {
        log(stream).tellUnread(present.getOrDefault(stream, Set.of()));
      }
    }
  }

  /** A log may be taken from us alone; its containers are followed anew, from where it stands. */
  private void forgetClosed() {
    logs.entrySet().removeIf(log -> log.getValue().isClosed());
    followers
        .entrySet()
        .removeIf(follower -> {
          boolean lost = follower.getValue().isCut();
          if (lost) {
            follower.getValue().close();
          }
          return lost;
        });
  }

  /** One that has read to its end is kept as long as its container is: nobody reads it again. */
  private static boolean gone(ContainerFollower follower, boolean listed) {
    return follower.done() && !listed;
  }

  private void follow(String container, Map<String, String> labels) {
    String stream = Labels.stream(labels);
    if (stream == null || followers.containsKey(container)) {
      return;
    }
    ApplicationLog log = log(stream);
    ReleaseId release = Labels.release(labels);
    DatabaseId database = Labels.database(labels);
    if (release != null) {
      mask(log, release.value(), () -> secrets(release));
    } else if (database != null) {
      mask(log, database.value(), () -> secrets(database));
    }
    String step =
        release != null
            ? "r" + labels.getOrDefault(Labels.RELEASE_NUMBER, "?")
            : "g" + labels.getOrDefault(Labels.GENERATION, "?");
    followers.put(container, new ContainerFollower(desk.engine(), container, step, log).start());
  }

  /** Before its first line is read: a secret must not slip through while we look it up. */
  private void mask(ApplicationLog log, String whose, Supplier<Optional<List<String>>> secrets) {
    if (masked.get(whose) != log) {
      secrets
          .get()
          .ifPresent(known -> {
            log.mask(known);
            masked.put(whose, log);
          });
    }
  }

  /** Empty when the database is not known any more. */
  private Optional<List<String>> secrets(DatabaseId id) {
    try {
      return Optional.of(
          List.of(desk.stores().databases().rows().access(id).await().password().reveal()));
    } catch (Problem gone) {
      if (gone.status() != 404) {
        throw gone; // without the secrets not a line may be shown
      }
      return Optional.empty();
    }
  }

  /** Empty when the release is not known any more. */
  private Optional<List<String>> secrets(ReleaseId id) {
    try {
      Release release = desk.stores().releases().get(id).await();
      return Optional.of(
          desk.stores()
              .environments()
              .secretValues(release.applicationId(), release.spec().environmentVersion())
              .await());
    } catch (Problem gone) {
      if (gone.status() != 404) {
        throw gone; // without the secrets not a line may be shown
      }
      return Optional.empty();
    }
  }

  private ApplicationLog log(String stream) {
    ApplicationLog known = logs.get(stream);
    if (known != null) {
      return known;
    }
    ApplicationLog opened =
        ApplicationLog.open(desk.vertx(), stream, desk.stores().logs(), author, desk.announcer())
            .await();
    logs.put(stream, opened);
    return opened;
  }

  /**
   * Stops following. What is written is still stored if it can be; the next owner goes on there.
   */
  Future<Void> close() {
    closed = true;
    worker.interrupt();
    followers.values().forEach(ContainerFollower::close);
    List<Future<Void>> closing = new ArrayList<>();
    logs.values().forEach(log -> closing.add(log.close()));
    return Future.join(closing).mapEmpty();
  }
}
