package dev.slipway.builder.run;

import dev.slipway.docker.BuildListener;
import dev.slipway.docker.BuildStep;
import dev.slipway.docker.OutputKind;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes a build's steps and what they print into the deployment's log. The builder's own
 * housekeeping is told only when it is slow.
 */
final class Timeline implements BuildListener {
  private static final Duration SLOW = Duration.ofSeconds(2);
  private static final int LONGEST_NAME = 160;
  private final BuildLog log;
  private final Map<String, LogStream.Source> sources = new HashMap<>();

  Timeline(BuildLog log) {
    this.log = log;
  }

  @Override
  public synchronized void step(BuildStep step) {
    log.makeRoom();
    if (step.state() != BuildStep.State.STARTED) {
      end(step.id());
    }
    if (step.internal()
        && step.state() != BuildStep.State.FAILED
        && step.took().compareTo(SLOW) < 0) {
      return;
    }
    switch (step.state()) {
      case STARTED -> log.say(BuildSaga.BUILD, shown(step));
      case CACHED -> log.say(BuildSaga.BUILD, shown(step) + ": cached");
      case DONE -> log.say(BuildSaga.BUILD, shown(step) + ": done in " + seconds(step.took()));
      case FAILED ->
          log.say(
              BuildSaga.BUILD,
              LogLevel.ERROR,
              shown(step) + ": failed after " + seconds(step.took()));
      case CANCELLED -> log.say(BuildSaga.BUILD, LogLevel.WARN, shown(step) + ": stopped");
    }
  }

  @Override
  public synchronized void output(
      BuildStep step, OutputKind kind, byte[] bytes, int offset, int length) {
    log.makeRoom();
    var channel = kind == OutputKind.STDERR ? LogChannel.STDERR : LogChannel.STDOUT;
    sources
        .computeIfAbsent(step.id() + channel, id -> log.source(channel, BuildSaga.BUILD))
        .write(bytes, offset, length);
  }

  private void end(String step) {
    for (var channel : LogChannel.values()) {
      var source = sources.remove(step + channel);
      if (source != null) {
        source.end();
      }
    }
  }

  // mounts and the reading of variables are the same in every step: what is run is what counts
  private static String shown(BuildStep step) {
    var name =
        step.name()
            .replaceAll("--mount=\\S+ ", "")
            .replace(". /run/secrets/slipway_environment && ", "");
    return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "…" : name;
  }

  static String seconds(Duration took) {
    if (took.toMillis() < 1000) {
      return took.toMillis() + " ms";
    }
    return took.toMillis() < 10_000
        ? "%.1f s".formatted(took.toMillis() / 1000.0)
        : took.toSeconds() + " s";
  }
}
