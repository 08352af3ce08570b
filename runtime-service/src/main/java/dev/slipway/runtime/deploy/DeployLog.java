package dev.slipway.runtime.deploy;

import dev.slipway.contracts.bus.Bell;
import dev.slipway.contracts.deployment.DeploymentId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.contracts.logs.LogStreams.Appended;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.DockerProblem;
import dev.slipway.docker.Follow;
import dev.slipway.docker.LogRequest;
import dev.slipway.docker.OutputKind;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.lease.Fence;
import dev.slipway.platform.logs.LogChannel;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.store.LogStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The runtime's part of one deployment's log: its own words, and what a replica prints that is slow
 * to become healthy or fails.
 */
final class DeployLog {
  private static final Bell<Appended> APPENDED = LogStreams.APPENDED;
  private static final long PRINTED_AT_MOST = 1 << 20;

  private final LogStream stream;
  private final String name;
  private final Bus bus;
  private final List<Follow> follows = new ArrayList<>();
  private final Set<String> watched = new HashSet<>();
  private long printed;

  private DeployLog(LogStream stream, String name, Bus bus) {
    this.stream = stream;
    this.name = name;
    this.bus = bus;
  }

  /** What is needed to open one. */
  record Desk(Vertx vertx, LogStore store, Bus bus) {

    /**
     * Opens a deployment's log behind what was written before, whose writer is refused from now.
     */
    Future<DeployLog> open(DeploymentId deployment, Fence fence) {
      String name = LogStreams.of(deployment);
      return store
          .open(name, LogStreams.ONE_WRITER, fence::guard)
          .map(writer ->
              new DeployLog(
                  LogStream.open(
                      vertx,
                      name,
                      writer.lastSeq(),
                      SecretMask.NONE,
                      writer::append,
                      this::announce),
                  name,
                  bus));
    }

    private void announce(String stream, long first, long last, io.vertx.core.buffer.Buffer lines) {
      bus.ring(
          APPENDED,
          new Appended(stream, first, last, lines.toString(StandardCharsets.UTF_8), false));
    }
  }

  void say(@Nullable String step, String text) {
    stream.say(step, LogLevel.INFO, text);
  }

  void say(@Nullable String step, LogLevel level, String text) {
    stream.say(step, level, text);
  }

  void mask(List<String> secrets) {
    stream.maskWith(SecretMask.of(secrets));
  }

  /** Copies what a container prints from its start into this log, once, a megabyte at most. */
  synchronized void watch(DockerEngine engine, String container, String step) {
    if (!watched.add(container) || printed > PRINTED_AT_MOST) {
      return;
    }
    LogStream.Source out = stream.source(LogChannel.STDOUT, step);
    LogStream.Source err = stream.source(LogChannel.STDERR, step);
    try {
      follows.add(
          engine.logs(
              container,
              new LogRequest(true, 0, -1, false),
              (kind, bytes, from, length) -> {
                printed += length;
                if (printed <= PRINTED_AT_MOST) {
                  (kind == OutputKind.STDERR ? err : out).write(bytes, from, length);
                }
              }));
    } catch (DockerProblem.Cancelled cancelled) {
      throw cancelled;
    } catch (DockerProblem gone) {
      say(step, LogLevel.WARN, "Its output cannot be read: " + gone.getMessage());
    }
  }

  /** Stops copying. */
  synchronized void unwatch() {
    follows.forEach(Follow::close);
    follows.clear();
  }

  /** The last lines written here. */
  List<String> tail() {
    return stream.tail(20);
  }

  /** Succeeds when all that was said is stored. */
  Future<Void> stored() {
    return stream.flush();
  }

  /** Stores the rest; another saga goes on writing. */
  Future<Void> leave() {
    unwatch();
    return stream.close();
  }

  /** Stores the rest and tells live readers that no more will come. */
  Future<Void> close() {
    unwatch();
    return stream
        .close()
        .onSuccess(done -> bus.ring(APPENDED, new Appended(name, 0, stream.lastSeq(), "", true)));
  }
}
