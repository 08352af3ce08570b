package dev.slipway.runtime.logs;

import dev.slipway.contracts.application.ApplicationId;
import dev.slipway.contracts.logs.LogStreams;
import dev.slipway.docker.DockerEngine;
import dev.slipway.docker.EngineEvent;
import dev.slipway.platform.bus.Bus;
import dev.slipway.platform.lease.Lease;
import dev.slipway.platform.lease.LeaseKeeper;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.logs.LogSink;
import dev.slipway.platform.logs.LogStream;
import dev.slipway.platform.logs.SecretMask;
import dev.slipway.runtime.Stores;
import dev.slipway.runtime.service.EngineWatch;
import dev.slipway.store.LogNote;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the replicas print, in one stream per application. Each node's part is written by the
 * process that holds the node's lease, and by no other: between {@link #begin} and {@link #halt}.
 * Slipway's own words can be said by any process at any time.
 */
public final class RuntimeLogs implements EngineWatch.Listener, LeaseKeeper.Owner, AutoCloseable {
  private final NodeLogs.Desk desk;
  private final Bus bus;
  private @Nullable NodeLogs term;

  public RuntimeLogs(
      Vertx vertx, DockerEngine engine, Stores stores, Bus bus, String installation) {
    this.desk = new NodeLogs.Desk(vertx, engine, stores, installation, this::announce);
    this.bus = bus;
  }

  /** Begins to follow this node's containers, from where the owner before came to. */
  public synchronized void begin(Lease node) {
    halt();
    term = NodeLogs.begin(desk, node);
  }

  /**
   * Stops following, until the next {@link #begin}.
   *
   * @return succeeds when what was read is stored, or is left to the next owner
   */
  public synchronized Future<Void> halt() {
    NodeLogs over = term;
    term = null;
    return over == null ? Future.succeededFuture() : over.close().otherwiseEmpty();
  }

  @Override
  public void acquired(Lease lease) {
    begin(lease);
  }

  @Override
  public void lost(Lease lease) {
    halt();
  }

  @Override
  public synchronized void heard(EngineEvent event) {
    if (term != null) {
      term.heard(event);
    }
  }

  @Override
  public synchronized void reread() {
    if (term != null) {
      term.lookAtAllSoon();
    }
  }

  /** Slipway's own words in an application's log: why a replica was restarted, what was removed. */
  public void say(ApplicationId application, LogLevel level, String text) {
    String stream = LogStreams.of(application);
    say(stream, desk.stores().logs().aside(stream), level, text);
  }

  private Future<Void> say(String name, LogSink sink, LogLevel level, String text) {
    LogStream stream =
        LogStream.open(desk.vertx(), name, 0, SecretMask.NONE, sink, desk.announcer());
    stream.say(null, level, text);
    return stream.close();
  }

  /**
   * A node does not answer any more: says so, once, in the log of each application that had
   * replicas there, and up to where their output was read. Call it on a virtual thread, as often as
   * the node is found lost.
   *
   * @param nodeId the node in the Swarm
   * @param name what people call it
   */
  public void nodeLost(String nodeId, String name) {
    for (LogNote.Place place : desk.stores().logs().placesOf(LogStreams.writer(nodeId)).await()) {
      Map<String, Long> replicas = Positions.unended(place.at());
      if (!replicas.isEmpty()) {
        LogSink sink = desk.stores().logs().once(place, "lost");
        say(place.stream(), sink, LogLevel.ERROR, Losses.node(name, replicas)).await();
      }
    }
  }

  /** The application is gone: its log is closed and forgotten, and who reads it is told. */
  public synchronized void forget(ApplicationId application) {
    if (term != null) {
      term.forget(LogStreams.of(application));
    }
    bus.ring(
        LogStreams.APPENDED, new LogStreams.Appended(LogStreams.of(application), 0, 0, "", true));
  }

  private void announce(String stream, long first, long last, Buffer lines) {
    bus.ring(
        LogStreams.APPENDED,
        new LogStreams.Appended(
            stream, first, last, lines.toString(StandardCharsets.UTF_8), false));
  }

  @Override
  public void close() {
    halt();
  }
}
