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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ports of their hosts lead to tasks of other nodes. The Swarm's managers are told when a
 * container starts; a new leader loses it and is not told again. So what was seen is remembered,
 * and the task's own host is asked for what was not. Nobody waits here: an answer serves the next
 * look.
 */
final class TaskPorts {
  private static final Logger LOG = LoggerFactory.getLogger(TaskPorts.class);
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int REMEMBERED = 10_000;

  private final Bus bus;
  private final Map<String, List<PublishedPort>> known = new Remembered<>();
  private final Map<Question, Long> asked = new HashMap<>();

  private record Question(String node, ApplicationId application) {}

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

  /** Empty when it publishes none, or when that is not known yet. */
  synchronized List<PublishedPort> of(TaskInfo task) {
    String container = task.containerId();
    if (container == null) {
      return task.hostPorts();
    }
    if (!task.hostPorts().isEmpty()) {
      known.put(container, task.hostPorts());
      return task.hostPorts();
    }
    List<PublishedPort> remembered = known.get(container);
    if (remembered == null && task.serving()) {
      ask(task);
    }
    return remembered == null ? List.of() : remembered;
  }

  private void ask(TaskInfo task) {
    String node = task.nodeId();
    ApplicationId application = Labels.application(task.labels());
    if (node == null || application == null) {
      return;
    }
    long now = System.nanoTime();
    asked.values().removeIf(at -> now - at > ASK_AGAIN_NANOS);
    if (asked.putIfAbsent(new Question(node, application), now) == null) {
      bus.ask(NodeContract.CONTAINERS.at(node), new ContainersOf(application))
          .onSuccess(answer -> answer.containers().forEach(this::learn))
          .onFailure(e -> LOG.debug("The host {} does not tell its ports: {}", node, e.toString()));
    }
  }

  /** A container that runs and publishes nothing never will. */
  private synchronized void learn(Container container) {
    List<Port> ports = container.ports();
    if (ports != null && container.state().equals("running")) {
      known.put(
          container.id(),
          ports.stream()
              .map(p -> new PublishedPort(p.containerPort(), p.hostPort(), "tcp"))
              .toList());
    }
  }
}
