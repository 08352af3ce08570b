package dev.slipway.runtime.database;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.TaskInfo;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.runtime.service.LastWords;
import dev.slipway.store.DatabaseServerStore.Server;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Waits until a server answers. Swarm calls a task running only when the check inside, which enters
 * as the database's own user, has passed.
 */
final class ServerHealth {
  private static final Duration WITHIN = Duration.ofMinutes(20);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Of a server that ends at each start the next start tells nothing new. */
  private static final int STARTS = 3;

  private final DockerEngine engine;
  private final EngineWatch watch;

  ServerHealth(DatabaseParts parts) {
    this.engine = parts.engine();
    this.watch = parts.watch();
  }

  /**
   * Returns when the server answers.
   *
   * @param secrets never shown
   * @param lastWords told what it printed last, when it does not come up
   * @throws Problem {@code server_does_not_start}
   */
  void await(
      Server server, List<String> secrets, Servers.Right right, Consumer<List<String>> lastWords)
      throws InterruptedException {
    long deadline = System.nanoTime() + WITHIN.toNanos();
    Set<String> before =
        engine.tasks(server.service()).stream()
            .filter(ServerHealth::failed)
            .map(TaskInfo::id)
            .collect(Collectors.toSet());
    while (true) {
      long seen = watch.moments();
      List<TaskInfo> tasks = engine.tasks(server.service());
      if (tasks.stream().anyMatch(TaskInfo::serving)) {
        return;
      }
      List<TaskInfo> failed =
          tasks.stream().filter(task -> failed(task) && !before.contains(task.id())).toList();
      if (failed.size() >= STARTS || System.nanoTime() > deadline) {
        lastWords.accept(words(tasks, secrets));
        throw doesNotStart(server, tasks, failed);
      }
      right.check();
      watch.await(seen, LOOK);
    }
  }

  private static boolean failed(TaskInfo task) {
    return task.state() == TaskInfo.State.FAILED
        || task.state() == TaskInfo.State.REJECTED
        || task.state() == TaskInfo.State.COMPLETE;
  }

  private List<String> words(List<TaskInfo> tasks, List<String> secrets) {
    return tasks.stream()
        .filter(task -> task.containerId() != null)
        .map(task -> new LastWords(engine).of(task.container(), secrets))
        .filter(lines -> !lines.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static Problem doesNotStart(Server server, List<TaskInfo> tasks, List<TaskInfo> failed) {
    String why =
        tasks.stream()
            .map(TaskInfo::error)
            .filter(error -> error != null && !error.isBlank())
            .findFirst()
            .orElse("it does not let its user in");
    String what =
        failed.size() >= STARTS
            ? "ended " + failed.size() + " times in a row"
            : "did not answer within " + WITHIN.toMinutes() + " minutes";
    return Problem.failed(
        "server_does_not_start",
        "The server `%s` %s: %s.".formatted(server.service(), what, why),
        "Read the last lines of its log; correct its settings, its memory limit, its image or its"
            + " external port, then try again.");
  }
}
