package dev.slipway.runtime.logs;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.deployment.Release;
import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.ContainerSummary;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.EngineEvent;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.Labels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the replicas print, in one stream per application: one follower per container however many
 * look on. Containers are found by the engine's events, and by a look at all of them when events
 * may have been missed.
 */
public final class RuntimeLogs implements EngineWatch.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeLogs.class);
  private static final Duration LOOK_ANYWAY = Duration.ofSeconds(60);
  private static final Task LOOK_AT_ALL = () -> {};

  private final Vertx vertx;
  private final DockerEngine engine;
  private final Stores stores;
  private final Bus bus;
  private final String installation;
  private final Map<ApplicationId, ApplicationLog> logs = new ConcurrentHashMap<>();
  private final Map<String, ContainerFollower> followers = new ConcurrentHashMap<>();
  private final Set<ReleaseId> masked = new HashSet<>();
  private final LinkedBlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final Thread worker = Thread.ofVirtual().name("runtime-logs").unstarted(this::work);
  private volatile boolean closed;

  private interface Task {
    void run() throws InterruptedException;
  }

  public RuntimeLogs(
      Vertx vertx, DockerEngine engine, Stores stores, Bus bus, String installation) {
    this.vertx = vertx;
    this.engine = engine;
    this.stores = stores;
    this.bus = bus;
    this.installation = installation;
  }

  public void start() {
    worker.start();
  }

  @Override
  public void heard(EngineEvent event) {
    if (event.action().equals("start")) {
      tasks.add(() -> follow(event.id(), event.attributes()));
    }
  }

  @Override
  public void reread() {
    tasks.add(LOOK_AT_ALL);
  }

  /** Slipway's own words in an application's log: why a replica was restarted, what was removed. */
  public void say(ApplicationId application, LogLevel level, String text) {
    tasks.add(() -> log(application).say(level, text));
  }

  /** The application is gone: its log is closed and forgotten. */
  public void forget(ApplicationId application) {
    tasks.add(() -> {
      ApplicationLog log = logs.remove(application);
      if (log != null) {
        log.close();
      }
    });
  }

  private void work() {
    while (!closed) {
      try {
        Task task = tasks.poll(LOOK_ANYWAY.toSeconds(), TimeUnit.SECONDS);
        if (task == null || task == LOOK_AT_ALL) {
          lookAtAll();
        } else {
          task.run();
        }
      } catch (InterruptedException e) {
        return;
      } catch (DockerProblem.Cancelled stopped) {
        return;
      } catch (RuntimeException e) {
        LOG.warn("An application's log cannot be written just now: {}", e.getMessage());
      }
    }
  }

  /** Ended containers too: what they printed while nobody followed is still to be read. */
  private void lookAtAll() {
    Set<String> listed = new HashSet<>();
    Map<ApplicationId, Set<String>> present = new ConcurrentHashMap<>();
    for (ContainerSummary container : engine.containers(Labels.ours(installation))) {
      ApplicationId application = Labels.application(container.labels());
      listed.add(container.id());
      if (application != null) {
        present.computeIfAbsent(application, none -> new HashSet<>()).add(container.id());
        follow(container.id(), container.labels());
      }
    }
    followers.entrySet().removeIf(known -> gone(known.getValue(), listed.contains(known.getKey())));
    logs.forEach(
        (application, log) -> log.keepPositions(present.getOrDefault(application, Set.of())));
  }

  /** One that has read to its end is kept as long as its container is: nobody reads it again. */
  private static boolean gone(ContainerFollower follower, boolean listed) {
    return follower.done() && !listed;
  }

  private void follow(String container, Map<String, String> labels) {
    ApplicationId application = Labels.application(labels);
    ReleaseId release = Labels.release(labels);
    if (application == null || release == null || followers.containsKey(container)) {
      return;
    }
    ApplicationLog log = log(application);
    if (!masked.contains(release)) {
      mask(log, release);
    }
    String step = "r" + labels.getOrDefault(Labels.RELEASE_NUMBER, "?");
    followers.put(container, new ContainerFollower(engine, container, step, log).start());
  }

  /** Before its first line is read: a secret must not slip through while we look it up. */
  private void mask(ApplicationLog log, ReleaseId id) {
    secrets(id)
        .ifPresent(secrets -> {
          log.mask(secrets);
          masked.add(id);
        });
  }

  /** Empty when the release is not known any more. */
  private Optional<List<String>> secrets(ReleaseId id) {
    try {
      Release release = stores.releases().get(id).await();
      return Optional.of(
          stores
              .environments()
              .version(release.applicationId(), release.spec().environmentVersion())
              .await()
              .secretValues());
    } catch (Problem gone) {
      return Optional.empty();
    }
  }

  private ApplicationLog log(ApplicationId application) {
    ApplicationLog known = logs.get(application);
    if (known != null) {
      return known;
    }
    ApplicationLog opened =
        ApplicationLog.open(vertx, LogStreams.of(application), stores.logs(), this::announce)
            .await();
    logs.put(application, opened);
    return opened;
  }

  private void announce(String stream, long first, long last, Buffer lines) {
    bus.ring(
        LogStreams.APPENDED,
        new LogStreams.Appended(
            stream, first, last, lines.toString(StandardCharsets.UTF_8), false));
  }

  /** Stops following; what was read is stored. Another process goes on from there. */
  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    followers.values().forEach(ContainerFollower::close);
  }

  /** As {@link #close}, and tells when everything is stored. */
  public Future<Void> stop() {
    close();
    List<Future<Void>> closing = new ArrayList<>();
    logs.values().forEach(log -> closing.add(log.close()));
    return Future.join(closing).mapEmpty();
  }
}
