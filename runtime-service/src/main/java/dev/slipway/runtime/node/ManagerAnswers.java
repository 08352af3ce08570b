package dev.slipway.runtime.node;

import dev.slipway.contracts.deployment.ReleaseId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Joined;
import dev.slipway.contracts.node.NodeContract.Joining;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeContract.Tasks;
import dev.slipway.contracts.node.NodeContract.TasksOf;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.node.NodeRole;
import dev.slipway.docker.JoinTokens;
import dev.slipway.docker.PublishedPort;
import dev.slipway.docker.TaskInfo;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.bus.Subscription;
import dev.slipway.runtime.service.Labels;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Answers what only a manager of the Swarm knows. Any of them may: they know the same. */
public final class ManagerAnswers {
  private static final int AT_ONCE = 64;

  private final Bus bus;
  private final HostParts host;
  private final Aside aside;

  public ManagerAnswers(Vertx vertx, Bus bus, HostParts host) {
    this.bus = bus;
    this.host = host;
    this.aside = new Aside(vertx);
  }

  /** Offers the answers until the subscription is ended. */
  public Future<Subscription> start() {
    var tasks = bus.answer(NodeContract.TASKS, AT_ONCE, asked -> aside.run(() -> tasks(asked)));
    var join = bus.answer(NodeContract.JOIN, AT_ONCE, asked -> aside.run(() -> joined(asked)));
    return Future.all(tasks, join)
        .map(known -> () -> Future.join(tasks.result().end(), join.result().end()).mapEmpty());
  }

  private Tasks tasks(TasksOf asked) {
    List<TaskInfo> wanted =
        host.engine().tasks(Labels.of(host.installation(), asked.applicationId()));
    return new Tasks(
        wanted.stream()
            .filter(task -> Labels.release(task.labels()) != null)
            .sorted(Comparator.comparingInt(ManagerAnswers::release).thenComparing(TaskInfo::slot))
            .map(ManagerAnswers::task)
            .toList());
  }

  private static int release(TaskInfo task) {
    String number = task.labels().getOrDefault(Labels.RELEASE_NUMBER, "");
    return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : 0;
  }

  private static Task task(TaskInfo task) {
    ReleaseId release = Objects.requireNonNull(Labels.release(task.labels()), "filtered before");
    String node = task.nodeId();
    return new Task(
        task.id(),
        release,
        task.slot(),
        task.state().name().toLowerCase(Locale.ROOT),
        node == null ? null : new NodeId(node),
        task.containerId(),
        task.error(),
        List.copyOf(task.networks().values()),
        task.hostPorts().stream().map(PublishedPort::hostPort).distinct().toList(),
        task.at());
  }

  private Joined joined(Joining asked) {
    JoinTokens tokens = host.engine().joinTokens();
    return new Joined(
        asked.role() == NodeRole.MANAGER ? tokens.manager() : tokens.worker(),
        tokens.managers().getFirst(),
        host.registry(),
        host.taskAddress());
  }
}
