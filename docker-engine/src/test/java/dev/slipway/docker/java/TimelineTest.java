package dev.slipway.docker.java;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Feeds what buildx 0.13 and later ones print. */
class TimelineTest {
  private final List<String> heard = new ArrayList<>();
  private final Timeline timeline =
      new Timeline(
          new BuildListener() {
            @Override
            public void step(BuildStep step) {
              heard.add(step.name() + " " + step.state());
            }

            @Override
            public void output(BuildStep step, OutputKind kind, byte[] bytes, int off, int length) {
              heard.add(kind + " " + new String(bytes, off, length, StandardCharsets.UTF_8));
            }
          });

  private static String vertex(String name, String rest) {
    return "{\"vertexes\":[{\"digest\":\"sha256:%s\",\"name\":\"%s\"%s}]}"
        .formatted(Integer.toHexString(name.hashCode()), name, rest);
  }

  private static String at(String field, int millis) {
    return ",\"%s\":\"2026-11-21T10:00:00.%03dZ\"".formatted(field, millis);
  }

  private void say(String text) {
    text.lines().forEach(timeline::line);
  }

  @Test
  void indentedAndOneLineObjectsAreUnderstoodAlike() {
    var indented =
        """
        {
          "vertexes": [
            {
              "digest": "sha256:1",
              "name": "[2/2] RUN a",
              "started": "2026-11-21T10:00:00.000Z"
            }
          ]
        }
        """;
    say(indented);
    say("{\"logs\":[{\"vertex\":\"sha256:1\",\"stream\":2,\"data\":\"aGk=\"}]}");
    assertThat(heard).containsExactly("[2/2] RUN a STARTED", "STDERR hi");
  }

  @Test
  void aStepTakenUpAgainIsToldOnce() {
    var name = "[1/2] FROM a";
    say(vertex(name, ""));
    say(vertex(name, at("started", 0)));
    say(vertex(name, at("started", 0) + at("completed", 0)));
    say(vertex(name, at("started", 1)));
    say(vertex(name, at("started", 1) + at("completed", 9)));
    timeline.finish();
    assertThat(heard).containsExactly(name + " STARTED", name + " DONE");
  }

  @Test
  void aStepThatReallyWasThatQuickIsToldAtTheEnd() {
    say(vertex("[internal] load a", at("started", 0)));
    say(vertex("[internal] load a", at("started", 0) + at("completed", 0)));
    timeline.finish();
    assertThat(heard).containsExactly("[internal] load a STARTED", "[internal] load a DONE");
  }

  @Test
  void cachedInstructionsAreCountedWithoutTheBase() {
    var times = at("started", 0) + at("completed", 5) + ",\"cached\":true";
    say(vertex("[1/3] FROM a", times));
    say(vertex("[build 2/3] RUN a", times));
    say(vertex("[3/3] COPY a b", at("started", 0) + at("completed", 5)));
    say(vertex("exporting to image", at("started", 0) + at("completed", 5)));
    assertThat(timeline.instructions()).isEqualTo(2);
    assertThat(timeline.cachedInstructions()).isEqualTo(1);
  }

  private DockerProblem explain(String text, long memoryBytes, boolean memoryExhausted) {
    say(text);
    var spec = BuildSpec.of(Path.of("/"), "a:1").memoryBytes(memoryBytes).build();
    return BuildErrors.explain(spec, timeline, memoryExhausted);
  }

  private static final String FAILING_STEP =
      """
      Dockerfile:2
      --------------------
         1 |     FROM a
         2 | >>> RUN false
      --------------------
      ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: %d
      """;

  @Test
  void aFailingStepKeepsItsNameCodeAndLine() {
    var error = ",\"error\":\"process did not complete successfully: exit code: 1\"";
    say(vertex("[2/2] RUN false", at("started", 0) + at("completed", 5) + error));
    var problem = (DockerProblem.BuildFailed) explain(FAILING_STEP.formatted(1), 0, false);
    assertThat(problem.failure())
        .isEqualTo(
            new BuildFailure(
                BuildFailure.Reason.STEP_FAILED,
                "[2/2] RUN false",
                1,
                2,
                "process \"/bin/sh -c false\" did not complete successfully: exit code: 1"));
  }

  @Test
  void aKilledStepUnderALimitRanOutOfMemory() {
    assertThat(explain(FAILING_STEP.formatted(137), 1 << 20, false).code())
        .isEqualTo("build_out_of_memory");
  }

  @Test
  void aKilledStepWithoutALimitJustFailed() {
    assertThat(explain(FAILING_STEP.formatted(137), 0, false).code())
        .isEqualTo("build_step_failed");
  }

  @Test
  void aBaseImageThatCannotBeHadIsNamed() {
    var text =
        "ERROR: failed to solve: images.example.org/node:22: failed to resolve source metadata for"
            + " images.example.org/node:22: failed to do request: dial tcp: no such host";
    assertThat(explain(text, 0, false))
        .isInstanceOfSatisfying(
            DockerProblem.ImageMissing.class,
            e -> assertThat(e.image()).isEqualTo("images.example.org/node:22"));
  }

  @Test
  void aParseErrorKeepsItsLine() {
    var text =
        "ERROR: failed to solve: dockerfile parse error on line 7: unknown instruction: FETCH";
    var problem = (DockerProblem.BuildFailed) explain(text, 0, false);
    assertThat(problem.code()).isEqualTo("dockerfile_invalid");
    assertThat(problem.failure().dockerfileLine()).isEqualTo(7);
  }

  @Test
  void anEngineThatWentAwayIsDown() {
    assertThat(explain("ERROR: rpc error: code = Unavailable desc = error reading", 0, false))
        .isInstanceOf(DockerProblem.EngineDown.class);
  }
}
