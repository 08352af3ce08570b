package dev.slipway.docker.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerEngineContract;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import dev.slipway.docker.ProgramSpec;
import dev.slipway.docker.ServiceSpec;
import dev.slipway.docker.ToolPrograms;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MemoryEngineTest extends DockerEngineContract {
  private static final MemoryEngine ENGINE = stocked();

  private static MemoryEngine stocked() {
    var engine = new MemoryEngine();
    engine.hold("kit/web:1", MemoryImage.web(8080, "${GREETING}"));
    engine.hold("kit/exits:1", MemoryImage.exits(3, "boom"));
    var lines =
        List.of(
            new MemoryImage.Line(OutputKind.STDOUT, "out-1"),
            new MemoryImage.Line(OutputKind.STDERR, "err-1"),
            new MemoryImage.Line(OutputKind.STDOUT, "out-2"),
            new MemoryImage.Line(OutputKind.STDOUT, "out-3"));
    engine.hold("kit/talks:1", MemoryImage.of(new MemoryImage.Exits(0, lines), List.of()));
    var answer =
        new MemoryImage.ExecAnswer(
            4,
            List.of(
                new MemoryImage.Line(OutputKind.STDOUT, "out"),
                new MemoryImage.Line(OutputKind.STDERR, "err")));
    engine.hold("kit/silent:1", MemoryImage.silent().withExec(command -> answer));
    engine.program("kit/tools:1", ToolPrograms::run);
    return engine;
  }

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @Override
  protected DockerEngine engine() {
    return ENGINE;
  }

  @Override
  protected String webImage() {
    return "kit/web:1";
  }

  @Override
  protected String exitingImage() {
    return "kit/exits:1";
  }

  @Override
  protected String talkingImage() {
    return "kit/talks:1";
  }

  @Override
  protected String silentImage() {
    return "kit/silent:1";
  }

  @Override
  protected String toolImage() {
    return "kit/tools:1";
  }

  @Override
  protected String plainContainer() {
    return ENGINE.run("kit-" + run + "-plain", ours, MemoryImage.silent());
  }

  @Test
  void aPlannedFailureHappensOnce() {
    ENGINE.failNext("services", new DockerProblem.EngineDown("as planned", null));
    assertThatThrownBy(() -> ENGINE.services(ours)).hasMessage("as planned");
    assertThat(ENGINE.services(ours)).isEmpty();
  }

  @Test
  void aCrashedContainerIsReplaced() {
    var spec =
        service("web", silentImage())
            .restart(new ServiceSpec.Restart(ServiceSpec.Restart.Condition.ALWAYS, 20, 0))
            .build();
    ENGINE.createService(spec);
    var first = awaitRunning(spec.name());
    ENGINE.crash(first.container(), 139);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> !awaitRunning(spec.name()).id().equals(first.id()));
    assertThat(ENGINE.tasks(spec.name()))
        .anyMatch(task -> task.exitCode() != null && task.exitCode() == 139);
  }

  @Test
  void programsAreLostWithTheEngineAndTheirContainersAreFoundAfterwards() {
    var spec = ProgramSpec.of("kit-" + run + "-lost", toolImage(), ours).command(List.of("cat"));
    try (var program = ENGINE.run(spec.stdin().build())) {
      ENGINE.down(true);
      assertThatThrownBy(() -> program.stdout().read())
          .isInstanceOf(DockerProblem.EngineDown.class);
      program.close();
      ENGINE.down(false);
      assertThat(ENGINE.containers(ours)).hasSize(1);
    }
  }
}
