package dev.slipway.builder.run;

import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The builder's part of one deployment's log. Nothing of it is dropped: who prints faster than it
 * is stored has to wait.
 */
final class BuildLog {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private final LogStream stream;
  private final String name;
  private final BuildParts parts;

  private BuildLog(LogStream stream, String name, BuildParts parts) {
    this.stream = stream;
    this.name = name;
    this.parts = parts;
  }

  /** Opens a deployment's log behind what was written before, whose writer is refused from now. */
  static Future<BuildLog> open(
      BuildParts parts, DeploymentId deployment, Fence fence, Collection<String> secrets) {
    var name = LogStreams.of(deployment);
    return parts
        .stores()
        .logs()
        .open(name, LogStreams.ONE_WRITER, fence::guard)
        .map(writer ->
            new BuildLog(
                LogStream.open(
                    parts.vertx(),
                    name,
                    writer.lastSeq(),
                    SecretMask.of(secrets),
                    writer::append,
                    (id, first, last, lines) -> announce(parts, id, first, last, lines)),
                name,
                parts));
  }

  private static void announce(
      BuildParts parts, String stream, long first, long last, Buffer lines) {
    parts
        .bus()
        .ring(
            LogStreams.APPENDED,
            new Appended(stream, first, last, lines.toString(StandardCharsets.UTF_8), false));
  }

  void say(@Nullable String step, String text) {
    stream.say(step, LogLevel.INFO, text);
  }

  void say(@Nullable String step, LogLevel level, String text) {
    stream.say(step, level, text);
  }

  /** A pipe whose bytes become lines. */
  LogStream.Source source(LogChannel channel, String step) {
    return stream.source(channel, step);
  }

  /** Holds a fast writer back until there is room. */
  void makeRoom() {
    if (!stream.crowded()) {
      return;
    }
    try {
      stream.awaitRoom(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread()
          .interrupt(); // the build is being cancelled: its last lines may be dropped, counted
    }
  }

  List<String> tail(int lines) {
    return stream.tail(lines);
  }

  /** Stores what was said so far, so that the next writer continues behind it. */
  Future<Void> close() {
    return stream.close();
  }

  /** The same, and tells live readers that no more will come. */
  Future<Void> end() {
    return stream
        .close()
        .onSuccess(done ->
            parts
                .bus()
                .ring(LogStreams.APPENDED, new Appended(name, 0, stream.lastSeq(), "", true)));
  }
}
