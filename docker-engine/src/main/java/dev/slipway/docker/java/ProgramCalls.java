package dev.slipway.docker.java;

import static dev.slipway.docker.java.EngineApi.encode;

import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.ExecSpec;
import dev.slipway.docker.ProgramSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Programs with their standard streams, in containers of their own and in others'. */
final class ProgramCalls {
  /** In the environment of a program inside a container and of all its children. */
  private static final String MARK = "SLIPWAY_PROGRAM";

  private static final int ATTEMPTS = 6;
  private static final long FIRST_PAUSE_MILLIS = 25;

  private final EngineApi api;
  private final ContainerCalls containers;
  private final SharedCalls shared;

  ProgramCalls(EngineApi api, ContainerCalls containers, SharedCalls shared) {
    this.api = api;
    this.containers = containers;
    this.shared = shared;
  }

  /**
   * An engine that has just dropped its side of an overlay network, because the last container left
   * it, sometimes does not find it again at the next start; a moment later it does.
   */
  HijackedProgram run(ProgramSpec spec) {
    for (var attempt = 1; ; attempt++) {
      try {
        return launch(spec);
      } catch (DockerProblem.NotFound | DockerProblem.EngineFailed e) {
        if (attempt == ATTEMPTS || !mislaidNetwork(e.getMessage())) {
          throw e;
        }
        pause(FIRST_PAUSE_MILLIS << attempt);
      }
    }
  }

  /** What the Swarm itself does not know is called otherwise, and stays unknown. */
  private static boolean mislaidNetwork(String message) {
    return message.contains("network ")
        && message.contains(" not found")
        && !message.startsWith("Could not attach to network");
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DockerProblem.Cancelled("interrupted while starting a program");
    }
  }

  private HijackedProgram launch(ProgramSpec spec) {
    var path = "/containers/create?name=" + encode(spec.name());
    var id = api.post(path, ProgramJson.container(spec)).path("Id").asText();
    var life = new ContainerLife(api, containers, id);
    EngineHttp.Reply streams = null;
    try {
      for (var network : spec.networks().stream().skip(1).toList()) {
        shared.connect(network, id, List.of());
      }
      // both before the start: not a byte is lost, nor the exit code of a program of a millisecond
      streams = api.hijack("/containers/" + id + "/attach?stream=1&" + which(spec.stdin()), null);
      life.watch();
      api.post("/containers/" + id + "/start", null);
    } catch (RuntimeException e) {
      giveUp(life, streams);
      throw e;
    }
    return new HijackedProgram(id, life, streams, spec.stdin()).begin(spec.stdin());
  }

  private static String which(boolean stdin) {
    return (stdin ? "stdin=1&" : "") + "stdout=1&stderr=1";
  }

  private static void giveUp(ContainerLife life, EngineHttp.@Nullable Reply streams) {
    var interrupted = Thread.interrupted();
    try {
      life.kill();
      life.release();
      if (streams != null) {
        streams.close();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  HijackedProgram exec(String container, ExecSpec spec) {
    var mark = UUID.randomUUID().toString();
    var create = ProgramJson.exec(spec, Map.of(MARK, mark));
    var id = api.post("/containers/" + encode(container) + "/exec", create).path("Id").asText();
    var start = EngineApi.JSON.createObjectNode().put("Detach", false).put("Tty", false);
    var streams = api.hijack("/exec/" + id + "/start", start);
    var life = new ExecLife(api, containers, id, container, spec.user(), MARK + "=" + mark);
    return new HijackedProgram(id, life, streams, spec.stdin()).begin(spec.stdin());
  }
}
