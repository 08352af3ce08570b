package dev.slipway.backup.dump;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;

/** A snapshot under way, and somebody who counts keys until its moment is over. */
final class RedisDump implements Dump {
  private static final Duration PACE = Duration.ofMillis(50);

  private final RedisTool tool;
  private final Session session;
  private final ToolRun run;
  private final RdbStream content;
  private final String version;
  private final CompletableFuture<Bounds> bounds = new CompletableFuture<>();
  private volatile boolean closed;

  /** What lay between the question and the first byte. */
  private record Bounds(
      Instant at,
      SortedMap<String, Long> last,
      SortedMap<String, Long> least,
      SortedMap<String, Long> most,
      long mortal) {}

  private RedisDump(RedisTool tool, Session session, ToolRun run, String version) {
    this.tool = tool;
    this.session = session;
    this.run = run;
    this.content = new RdbStream(run.stdout());
    this.version = version;
  }

  static RedisDump begin(RedisTool tool, Bench bench, DatabaseServer source) {
    var session = tool.session(bench, source);
    try {
      Map<String, String> server = tool.info(session, "server");
      String version = server.getOrDefault("redis_version", "");
      version = server.getOrDefault("valkey_version", version);
      if (version.isEmpty()) {
        throw session.run().tooEarly("The server does not tell its version.");
      }
      var first = tool.keys(session);
      List<String> command = new ArrayList<>(tool.connecting(source));
      command.addAll(List.of("--rdb", "-"));
      var run = bench.start(command.getFirst(), command, RedisTool.env(source), false);
      var dump = new RedisDump(tool, session, run, version);
      Thread.ofVirtual().name("backup-counting").start(() -> dump.count(first.counts()));
      return dump;
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /**
   * Between two looks a number may go up and come back: the largest step seen is allowed beyond
   * what was seen.
   */
  private void count(SortedMap<String, Long> first) {
    try {
      List<SortedMap<String, Long>> looks = new ArrayList<>(List.of(first));
      boolean over = false;
      long mortal = 0;
      while (!over && !closed) {
        over = content.begun();
        var keys = tool.keys(session);
        looks.add(keys.counts());
        mortal = Math.max(mortal, keys.mortal());
        if (!over) {
          LockSupport.parkNanos(this, PACE.toNanos());
        }
        if (looks.size() > 2000) {
          looks.remove(1 + looks.size() / 2 % 999); // a moment that takes minutes: thinned out
        }
      }
      bounds.complete(bounds(looks, mortal));
    } catch (RuntimeException e) {
      bounds.completeExceptionally(e);
    }
  }

  private static Bounds bounds(List<SortedMap<String, Long>> looks, long mortal) {
    SortedMap<String, Long> least = new TreeMap<>();
    SortedMap<String, Long> most = new TreeMap<>();
    looks.stream()
        .flatMap(look -> look.keySet().stream())
        .distinct()
        .forEach(name -> {
          long step = 0;
          long low = Long.MAX_VALUE;
          long high = 0;
          long before = looks.getFirst().getOrDefault(name, 0L);
          for (var look : looks) {
            long now = look.getOrDefault(name, 0L);
            step = Math.max(step, Math.abs(now - before));
            low = Math.min(low, now);
            high = Math.max(high, now);
            before = now;
          }
          least.put(name, Math.max(0, low - step));
          most.put(name, high + step);
        });
    return new Bounds(Instant.now(), looks.getLast(), least, most, mortal);
  }

  @Override
  public InputStream content() {
    return content;
  }

  @Override
  public Taken confirm() {
    run.mustSucceed();
    content.mustBeWhole();
    var counted = counted();
    session.leave();
    SortedMap<String, String> digests = new TreeMap<>();
    counted.least().forEach((name, n) -> digests.put(RedisTool.LEAST + name, n.toString()));
    counted.most().forEach((name, n) -> digests.put(RedisTool.MOST + name, n.toString()));
    digests.put(RedisTool.MORTAL, Long.toString(counted.mortal()));
    return new Taken(run.name() + " " + version, version, counted.at(), counted.last(), digests);
  }

  private Bounds counted() {
    try {
      return bounds.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new CompletionException(e);
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    run.close();
    session.close();
  }
}
