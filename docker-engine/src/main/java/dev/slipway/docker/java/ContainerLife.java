package dev.slipway.docker.java;

import dev.slipway.docker.ContainerInfo;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program that is a container. */
final class ContainerLife implements HijackedProgram.Life {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLife.class);

  private final EngineApi api;
  private final ContainerCalls containers;
  private final String id;
  private EngineHttp.@Nullable Reply wait;

  ContainerLife(EngineApi api, ContainerCalls containers, String id) {
    this.api = api;
    this.containers = containers;
    this.id = id;
  }

  /**
   * Begins to wait. This connection is the witness that an output that ended is whole: when the
   * engine dies, both break, and only a program that has ended lets this one speak.
   */
  void watch() {
    wait = api.stream("POST", "/containers/" + id + "/wait?condition=next-exit", null);
  }

  @Override
  public End await() throws IOException {
    var reply = Objects.requireNonNull(wait);
    var told = EngineApi.JSON.readTree(reply.body());
    if (!told.path("StatusCode").isNumber()) {
      var error = told.path("Error").path("Message").asText("it says nothing");
      throw new DockerProblem.EngineFailed("the engine lost a program: " + error, null);
    }
    var outOfMemory = containers.container(id).map(ContainerInfo::oomKilled).orElse(false);
    return new End(told.path("StatusCode").asInt(), outOfMemory);
  }

  /** The end of a program is no failure because its container stays; it is found by its labels. */
  @Override
  public void bury() {
    try {
      containers.remove(id);
    } catch (DockerProblem e) {
      LOG.warn("the container {} of a program is left over: {}", id, e.getMessage());
    }
  }

  @Override
  public void kill() {
    bury(); // the engine kills what it removes
  }

  @Override
  public void release() {
    if (wait != null) {
      wait.close();
    }
  }
}
