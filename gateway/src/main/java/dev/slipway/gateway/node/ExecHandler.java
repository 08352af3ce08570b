package dev.slipway.gateway.node;

import dev.slipway.contracts.application.Application;
import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.node.NodeContract;
import dev.slipway.contracts.node.NodeContract.Exec;
import dev.slipway.contracts.node.NodeContract.Executed;
import dev.slipway.contracts.node.NodeContract.Task;
import dev.slipway.contracts.node.NodeId;
import dev.slipway.contracts.problem.Problem;
import dev.slipway.gateway.api.Changes;
import dev.slipway.gateway.api.Stores;
import dev.slipway.gateway.http.Call;
import dev.slipway.gateway.http.Endpoint;
import dev.slipway.gateway.http.Reply;
import dev.slipway.platform.bus.Bus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command in a replica, on whichever host it is. A command may read what the environment
 * hides and change what no release says, so it needs the scope admin, and who ran what where is
 * noted before it runs; its arguments are not, they may hold secrets.
 */
final class ExecHandler implements Endpoint {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Stores stores;
  private final Changes changes;
  private final Bus bus;
  private final ReplicaPicture picture;

  ExecHandler(Stores stores, Changes changes, Bus bus, ReplicaPicture picture) {
    this.stores = stores;
    this.changes = changes;
    this.bus = bus;
    this.picture = picture;
  }

  /**
   * How it went.
   *
   * @param exitCode null when it had not ended in time
   * @param dropped bytes of output that are not shown
   */
  private record View(
      @Nullable Integer exitCode, String output, long dropped, String replica, NodeId nodeId) {}

  @Override
  public Future<Reply> answer(Call call) {
    ApplicationId id = new ApplicationId(call.path("id"));
    List<String> command =
        call.body().getJsonArray("command").stream().map(String.class::cast).toList();
    int seconds = call.body().getInteger("timeoutSeconds", 30);
    String wanted = call.body().getString("replica");
    return stores
        .applications()
        .get(id)
        .compose(known -> picture.tasks(id).map(tasks -> chosen(known, tasks, wanted)))
        .compose(task ->
            noted(call, id, task, command.getFirst())
                .compose(noted -> run(id, task, command, seconds))
                .map(done -> Reply.ok(view(task, done))));
  }

  private Future<Void> noted(Call call, ApplicationId id, Task task, String program) {
    return changes.note(
        call, "application.exec", id.value(), Map.of("replica", task.id(), "program", program));
  }

  private Future<Executed> run(ApplicationId id, Task task, List<String> command, int seconds) {
    String container = Objects.requireNonNull(task.containerId(), "chosen by it");
    return bus.ask(
        NodeContract.EXEC.at(node(task).value()).within(Duration.ofSeconds(seconds).plus(GRACE)),
        new Exec(id, container, command, seconds));
  }

  private static NodeId node(Task task) {
    return Objects.requireNonNull(task.nodeId(), "chosen by it");
  }

  private static View view(Task task, Executed done) {
    return new View(done.exitCode(), done.output(), done.dropped(), task.id(), node(task));
  }

  /** The replica of that id or slot; without a wish the first of the release that serves. */
  private static Task chosen(Application known, List<Task> tasks, @Nullable String wanted) {
    List<Task> able =
        tasks.stream()
            .filter(task -> task.state().equals("running"))
            .filter(task -> task.containerId() != null && task.nodeId() != null)
            .toList();
    return able.stream()
        .filter(task -> wanted == null || named(task, wanted))
        .filter(task ->
            (wanted != null && task.id().equals(wanted))
                || task.releaseId().equals(known.currentReleaseId()))
        .findFirst()
        .orElseThrow(() -> none(known, wanted));
  }

  private static boolean named(Task task, String wanted) {
    return task.id().equals(wanted) || String.valueOf(task.slot()).equals(wanted);
  }

  private static Problem none(Application known, @Nullable String wanted) {
    return Problem.conflict(
        "no_such_replica",
        wanted == null
            ? "No replica of '" + known.name() + "' runs just now."
            : "No replica '" + wanted + "' of '" + known.name() + "' runs just now.",
        "See which do: GET /api/applications/" + known.id() + "/replicas.");
  }
}
