package dev.slipway.runtime.service;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Container;
import dev.slipway.contracts.node.NodeContract.ContainersOf;
import dev.slipway.contracts.node.NodeContract.Port;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.bus.Bus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ports of their hosts lead to tasks of other nodes. The Swarm's managers are told when a
 * container starts; a new leader loses it and is not told again, and of a host that went silent
 * they repeat what was true before. An engine that starts again gives the same ports to others. So
 * what was seen is remembered, and the task's own host is asked for what was not, and whether the
 * rest still holds: its engine knows whose a port is. Nobody waits here: an answer serves the next
 * look.
 */
final class TaskPorts {
  private static final Logger LOG = LoggerFactory.getLogger(TaskPorts.class);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int REMEMBERED = 10_000;

  /** States in which an engine keeps a container's ports for it. */
  private static final Set<String> ALIVE = Set.of("running", "paused", "restarting");

  private final Bus bus;
  private final Map<String, Known> known = new Remembered<>();
  private final Map<Question, Asked> asked = new HashMap<>();

  private record Question(String node, ApplicationId application) {}

  /**
   * When it was asked, and for which containers it is to be asked the next time: they may have
   * begun after the host has looked, so that their absence from its answer says nothing.
   */
  private record Asked(long nanos, Set<String> next) {
    boolean within(long limitNanos) {
      return System.nanoTime() - nanos < limitNanos;
    }
  }

  /** Whose word it is that a container has these ports. */
  private enum Word {
    /** The managers', as the container's host told them when it started. */
    SWARM,
    /** Its host's own. */
    HOST,
    /** Somebody's, of before its host went silent. */
    OLD,
    /** Its host's own: there is no such container, or it has ended. */
    GONE
  }

  private record Known(List<PublishedPort> ports, Word word) {}

  /** The longest unused goes first; what is forgotten is asked for again. */
  private static final class Remembered<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1L;

    Remembered() {
      super(64, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > REMEMBERED;
    }
  }

  TaskPorts(Bus bus) {
    this.bus = bus;
  }

  /**
   * Empty when it publishes none, or when that is not known yet.
   *
   * @param heard whether the Swarm hears the task's node at the moment
   */
  synchronized List<PublishedPort> of(TaskInfo task, boolean heard) {
    String container = task.containerId();
    if (container == null) {
      return task.hostPorts();
    }
    Known now = known(container, task.hostPorts(), heard);
    if (task.serving() && wantsProof(now, task, heard)) {
      ask(task, container);
    }
    return now == null ? List.of() : now.ports();
  }

  /** Whether its own host says that this container runs no more, whatever the Swarm shows. */
  synchronized boolean gone(TaskInfo task) {
    Known last = task.containerId() == null ? null : known.get(task.containerId());
    return last != null && last.word() == Word.GONE;
  }

  private @Nullable Known known(String container, List<PublishedPort> told, boolean heard) {
    Known before = known.get(container);
    Known now = before;
    if (before == null) {
      now = told.isEmpty() ? null : new Known(told, heard ? Word.SWARM : Word.OLD);
    } else if (!heard && before.word() != Word.GONE) {
      now = new Known(before.ports(), Word.OLD);
    } else if (before.word() == Word.SWARM && !told.isEmpty()) {
      now = new Known(told, Word.SWARM);
    }
    if (now != null && now != before) {
      known.put(container, now);
    }
    return now;
  }

  /** What one manager told is enough until another one does not know of it. */
  private static boolean wantsProof(@Nullable Known now, TaskInfo task, boolean heard) {
    return now == null
        || (now.word() == Word.SWARM && task.hostPorts().isEmpty())
        || (heard && (now.word() == Word.OLD || now.word() == Word.GONE));
  }

  private void ask(TaskInfo task, String container) {
    String node = task.nodeId();
    ApplicationId application = Labels.application(task.labels());
    if (node == null || application == null) {
      return;
    }
    Question question = new Question(node, application);
    Asked last = asked.get(question);
    if (last != null && last.within(ASK_AGAIN_NANOS)) {
      last.next().add(container);
      return;
    }
    Set<String> wanted = last == null ? new HashSet<>() : last.next();
    wanted.add(container);
    asked.values().removeIf(old -> !old.within(FORGET_NANOS));
    asked.put(question, new Asked(System.nanoTime(), new HashSet<>()));
    bus.ask(NodeContract.CONTAINERS.at(node), new ContainersOf(application))
        .onSuccess(answer -> learn(answer.containers(), wanted))
        .onFailure(e -> LOG.debug("The host {} does not tell its ports: {}", node, e.toString()));
  }

  /**
   * A container that runs and publishes nothing never will.
   *
   * @param wanted began before the host was asked: what is not there has ended
   */
  private synchronized void learn(List<Container> there, Set<String> wanted) {
    Set<String> ended = new HashSet<>(wanted);
    for (Container container : there) {
      if (ALIVE.contains(container.state())) {
        ended.remove(container.id());
      }
      List<Port> ports = container.ports();
      if (ports != null && container.state().equals("running")) {
        List<PublishedPort> open =
            ports.stream()
                .map(p -> new PublishedPort(p.containerPort(), p.hostPort(), "tcp"))
                .toList();
        known.put(container.id(), new Known(open, Word.HOST));
      }
    }
    for (String container : ended) {
      Known before = known.put(container, new Known(List.of(), Word.GONE));
      if (before == null || before.word() != Word.GONE) {
        LOG.info("Container {} runs no more on its host: its port may be another's", container);
      }
    }
  }
}
