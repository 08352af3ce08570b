package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program inside a container that is not its own. */
final class ExecLife implements HijackedProgram.Life {
  private static final Logger LOG = LoggerFactory.getLogger(ExecLife.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int KILLED = 137;

  /**
   * The engine can start a program inside and cannot kill it. Its number outside means nothing to
   * us when the engine is elsewhere, so it is looked for inside, by the environment it hands down
   * to its children; twice, for it may bear one meanwhile.
   */
  private static final String KILL =
      """
      for round in 1 2; do
        for process in /proc/[0-9]*; do
          if grep -q "$1" "$process/environ" 2>/dev/null; then kill -9 "${process#/proc/}"; fi
        done
      done
      """;

  private final EngineApi api;
  private final ContainerCalls containers;
  private final String id;
  private final String container;
  private final @Nullable String user;
  private final String mark;
  private volatile boolean released;

  ExecLife(
      EngineApi api,
      ContainerCalls containers,
      String id,
      String container,
      @Nullable String user,
      String mark) {
    this.api = api;
    this.containers = containers;
    this.id = id;
    this.container = container;
    this.user = user;
    this.mark = mark;
  }

  @Override
  public End await() {
    var node = look(seen -> !seen.path("Running").asBoolean() && hasCode(seen));
    var code = node.path("ExitCode").asInt();
    return new End(code, code == KILLED && outOfMemory());
  }

  /** The engine has no call that waits for this; mostly the first look suffices. */
  private JsonNode look(Predicate<JsonNode> wanted) {
    var pause = Duration.ofMillis(1);
    for (var node = look(); ; node = look()) {
      if (wanted.test(node)) {
        return node;
      }
      if (released) {
        throw new DockerProblem.Cancelled("a program inside " + container + " was closed");
      }
      LockSupport.parkNanos(pause.toNanos());
      pause = pause.compareTo(Duration.ofSeconds(1)) < 0 ? pause.multipliedBy(2) : pause;
    }
  }

  private static boolean hasCode(JsonNode node) {
    return node.path("ExitCode").isNumber();
  }

  private JsonNode look() {
    try {
      return api.get("/exec/" + encode(id) + "/json");
    } catch (DockerProblem.NotFound e) {
      // with its container, or because the engine was started anew
      throw new DockerProblem.EngineDown("the engine forgot a program inside " + container, e);
    }
  }

  private boolean outOfMemory() {
    return containers.container(container).map(ContainerInfo::oomKilled).orElse(false);
  }

  @Override
  public void bury() {
    // the container is not ours, and the engine forgets what ran inside by itself
  }

  @Override
  public void kill() {
    var command = List.of("sh", "-c", KILL, "sh", mark);
    var killer = new ExecSpec(command, Map.of(), user, false);
    try {
      // the engine answers before it has started the program
      look(seen -> seen.path("Pid").asInt() > 0 || hasCode(seen));
      var code = containers.exec(container, killer, PATIENCE, (kind, bytes, offset, length) -> {});
      if (code > 1) {
        LOG.warn(
            "a program inside {} may still run: looking for it ended with {}", container, code);
      }
    } catch (DockerProblem.NotFound | DockerProblem.Conflict e) {
      LOG.debug("its container ended before", e);
    } catch (DockerProblem e) {
      LOG.warn("a program inside {} may still run: {}", container, e.getMessage());
    }
  }

  @Override
  public void release() {
    released = true;
  }
}
