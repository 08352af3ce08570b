package dev.slipway.docker.java;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory and processor limits for BuildKit's steps. With the engine's driver BuildKit has none of
 * its own; what it has is {@code --cgroup-parent}.
 *
 * <p>The parent's name becomes part of every step's cache key, so a parent of its own for each
 * build would mean a cache that never hits. Therefore builds with equal limits share one parent,
 * named after the limits, and each step's own group below it is limited the moment it appears: the
 * kernel tells, and the engine takes tens of milliseconds from there to starting the step's
 * command.
 *
 * <p>Where the hierarchy cannot be written (not root, or the engine is on another host) builds run
 * unlimited and a warning says so.
 */
final class BuildLimits implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BuildLimits.class);
  private static final String HOME = "slipway-build";
  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

  private final EngineAddress engine;
  private final Map<String, Integer> builds = new HashMap<>();
  private final Map<WatchKey, Watched> watched = new HashMap<>();
  private @Nullable WatchService watcher;

  BuildLimits(EngineAddress engine) {
    this.engine = engine;
  }

  private record Watched(Path directory, long memoryBytes, double cpus) {}

  /** A running build's share in a parent. */
  final class Lease implements AutoCloseable {
    private final @Nullable String parent;
    private final long killsBefore;

    private Lease(@Nullable String parent) {
      this.parent = parent;
      this.killsBefore = parent == null ? 0 : Cgroups.memoryKills(parent);
    }

    /** What {@code --cgroup-parent} takes; empty for a build without limits. */
    Optional<String> parent() {
      return Optional.ofNullable(parent).map(name -> "/" + name);
    }

    /** Whether a step of a build with these limits was killed for memory since this one began. */
    boolean memoryExhausted() {
      return parent != null && Cgroups.memoryKills(parent) > killsBefore;
    }

    /** Waits until the engine has ended the steps, unless other builds run in the same group. */
    boolean settled(Duration limit) {
      var deadline = System.nanoTime() + limit.toNanos();
      while (parent != null && alone(parent) && !Cgroups.processes(parent).isEmpty()) {
        if (System.nanoTime() > deadline) {
          LOG.info("steps still run in {}: another platform's builds, or cancelled ones", parent);
          return false;
        }
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
      return true;
    }

    @Override
    public void close() {
      if (parent != null) {
        leave(parent);
      }
    }
  }

  /** Joins the group of builds with these limits; 0 and 0 is none. */
  synchronized Lease join(long memoryBytes, double cpus) {
    if (memoryBytes == 0 && cpus == 0) {
      return new Lease(null);
    }
    var name = HOME + "/m%d-c%d".formatted(memoryBytes >> 10, Math.round(cpus * 1000));
    try {
      if (!engine.local()) {
        throw new IOException("the engine is on another host");
      }
      // BuildKit puts its groups into one of this name; made first so that it can be watched.
      for (var directory : Cgroups.make(name + "/buildkit")) {
        watch(new Watched(directory, memoryBytes, cpus));
      }
      builds.merge(name, 1, Integer::sum);
      return new Lease(name);
    } catch (IOException e) {
      LOG.warn("this build runs without its memory and processor limits: {}", e.toString());
      return new Lease(null);
    }
  }

  private synchronized boolean alone(String name) {
    return builds.getOrDefault(name, 0) == 1;
  }

  private synchronized void leave(String name) {
    builds.merge(name, -1, Integer::sum);
  }

  private void watch(Watched wanted) throws IOException {
    if (watcher == null) {
      var opened = FileSystems.getDefault().newWatchService();
      watcher = opened;
      Thread.ofPlatform().daemon().name("build-limits").start(() -> watchOver(opened));
    }
    var key = wanted.directory().register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
    watched.put(key, wanted);
  }

  private void watchOver(WatchService service) {
    try {
      while (true) {
        var key = service.take();
        var changed = find(key);
        key.pollEvents(); // what appeared is read from the directory: events may overflow
        if (changed != null && !key.reset()) {
          restore(key, changed);
        } else if (changed != null) {
          limitAll(changed);
        }
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      LOG.trace("no builds to limit any more", e);
    }
  }

  private synchronized @Nullable Watched find(WatchKey key) {
    return watched.get(key);
  }

  /** Another platform that shares the group may have ended and removed it; ours goes on. */
  private synchronized void restore(WatchKey gone, Watched lost) {
    watched.remove(gone);
    if (watcher == null || builds.values().stream().noneMatch(count -> count > 0)) {
      return;
    }
    try {
      Files.createDirectories(lost.directory());
      watch(lost);
      limitAll(lost);
    } catch (IOException e) {
      LOG.warn("builds run without their limits from now on: {}", e.toString());
    }
  }

  private static void limitAll(Watched changed) {
    try (var steps = Files.newDirectoryStream(changed.directory(), Files::isDirectory)) {
      for (var step : steps) {
        limit(step, changed);
      }
    } catch (IOException e) {
      LOG.debug("{} went away", changed.directory(), e);
    }
  }

  private static void limit(Path step, Watched limits) {
    try {
      Cgroups.limit(step, limits.memoryBytes(), limits.cpus());
    } catch (IOException e) {
      if (Files.exists(step)) {
        LOG.warn("a build's step runs without its limits: {}", e.toString());
      }
    }
  }

  /** Takes the groups away again; those in which another process builds stay. */
  @Override
  public synchronized void close() {
    if (watcher != null) {
      try {
        watcher.close();
      } catch (IOException e) {
        LOG.debug("closing the watch over builds", e);
      }
      watcher = null;
      watched.clear();
      builds.keySet().forEach(Cgroups::remove);
      builds.clear();
      Cgroups.removeIfEmpty(HOME);
    }
  }
}
