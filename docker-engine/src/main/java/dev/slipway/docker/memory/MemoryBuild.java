package dev.slipway.docker.memory;

import dev.slipway.docker.BuildFailure;
import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildResult;
import dev.slipway.docker.BuildSpec;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.OutputKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds in memory: reads the Dockerfile line by line and understands of its commands {@code exit
 * N} (fails), {@code sleep N} (takes its time, to be cancelled in) and {@code echo TEXT} (prints).
 */
final class MemoryBuild {
  private static final Pattern EXIT = Pattern.compile("\\bexit ([1-9]\\d*)");
  private static final Pattern SLEEP = Pattern.compile("\\bsleep (\\d+)");
  private static final Pattern ECHO = Pattern.compile("\\becho ([^;&|>]*)");

  private final MemoryShelf shelf;
  private final BuildSpec spec;
  private final BuildListener listener;
  private final long begun = System.nanoTime();

  MemoryBuild(MemoryShelf shelf, BuildSpec spec, BuildListener listener) {
    this.shelf = shelf;
    this.spec = spec;
    this.listener = listener;
  }

  BuildResult run() {
    var instructions = instructions();
    var number = 0;
    MemoryImage base = null;
    for (var instruction : instructions) {
      number++;
      var name = "[" + number + "/" + instructions.size() + "] " + instruction.text();
      var step = new BuildStep(name, name, BuildStep.State.STARTED, Instant.now(), null, null);
      listener.step(step);
      if (instruction.text().startsWith("FROM ")) {
        base = base(instruction.text().substring(5).strip().split(" ")[0]);
      } else if (instruction.text().startsWith("RUN ")) {
        command(step, instruction);
      }
      end(step, BuildStep.State.DONE, null);
    }
    if (base == null) {
      throw invalid("the Dockerfile cannot be empty");
    }
    var id = shelf.hold(spec.tag(), base.withLabels(spec.labels()));
    var took = Duration.ofNanos(System.nanoTime() - begun);
    return new BuildResult(id, "memory", Math.max(0, number - 1), 0, took);
  }

  private record Instruction(int line, String text) {}

  private List<Instruction> instructions() {
    try {
      var found = new ArrayList<Instruction>();
      var line = 0;
      for (var text : Files.readAllLines(spec.dockerfilePath())) {
        line++;
        if (!text.isBlank() && !text.startsWith("#")) {
          found.add(new Instruction(line, text.strip()));
        }
      }
      return found;
    } catch (java.nio.file.NoSuchFileException e) {
      throw new DockerProblem.BuildFailed(
          new BuildFailure(
              BuildFailure.Reason.DOCKERFILE_MISSING,
              null,
              null,
              null,
              "there is no Dockerfile at " + spec.dockerfile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MemoryImage base(String reference) {
    var image = shelf.obtain(reference, null);
    if (image == null) {
      throw new DockerProblem.ImageMissing(reference, "no such base image: " + reference);
    }
    return image;
  }

  private void command(BuildStep step, Instruction instruction) {
    var text = instruction.text();
    var echo = ECHO.matcher(text);
    while (echo.find()) {
      var bytes = (echo.group(1).strip() + "\n").getBytes(StandardCharsets.UTF_8);
      listener.output(step, OutputKind.STDOUT, bytes, 0, bytes.length);
    }
    var sleep = SLEEP.matcher(text);
    if (sleep.find()) {
      sleep(step, Duration.ofSeconds(Long.parseLong(sleep.group(1))));
    }
    var exit = EXIT.matcher(text);
    if (exit.find()) {
      var message =
          "process \"" + text + "\" did not complete successfully: exit code: " + exit.group(1);
      end(step, BuildStep.State.FAILED, message);
      throw new DockerProblem.BuildFailed(
          new BuildFailure(
              BuildFailure.Reason.STEP_FAILED,
              step.name(),
              Integer.valueOf(exit.group(1)),
              instruction.line(),
              message));
    }
  }

  private void sleep(BuildStep step, Duration time) {
    var inTime = time.compareTo(spec.timeout()) < 0;
    try {
      Thread.sleep(inTime ? time : spec.timeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(step, BuildStep.State.CANCELLED, "context canceled");
      throw new DockerProblem.Cancelled("the build was cancelled");
    }
    if (!inTime) {
      var message = "the build has not ended within " + spec.timeout().toSeconds() + " s";
      end(step, BuildStep.State.CANCELLED, message);
      throw new DockerProblem.BuildFailed(
          new BuildFailure(BuildFailure.Reason.TIMED_OUT, step.name(), null, null, message));
    }
  }

  private void end(BuildStep step, BuildStep.State state, @Nullable String error) {
    listener.step(
        new BuildStep(step.id(), step.name(), state, step.startedAt(), Instant.now(), error));
  }

  private static DockerProblem invalid(String message) {
    return new DockerProblem.BuildFailed(
        new BuildFailure(BuildFailure.Reason.DOCKERFILE_INVALID, null, null, null, message));
  }
}
