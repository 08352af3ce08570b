package dev.slipway.builder.run;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.docker.DockerProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Stops a build that is about to fill a disk it shares with everybody: at half of what must be free
 * before a build begins.
 */
final class DiskWatch {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private final List<Path> disks;
  private final long floor;
  private final Thread builder = Thread.currentThread();
  private @Nullable String filling;
  private boolean over;

  private DiskWatch(List<Path> disks, long floor) {
    this.disks = disks;
    this.floor = floor;
  }

  /**
   * Runs the build on the calling thread and interrupts it when a disk runs full.
   *
   * @param storage the engine's directory; not looked at when it is on another host
   * @throws Problem {@code disk_full}
   */
  static <T> T over(BuilderConfig config, String storage, Callable<T> build) throws Exception {
    var disks = Stream.of(config.data(), Path.of(storage)).filter(Files::isDirectory).toList();
    var watch = new DiskWatch(disks, config.limits().freeBytes() / 2);
    var watcher = Thread.ofVirtual().name("disk-watch").start(watch::look);
    try {
      return build.call();
    } catch (DockerProblem.Cancelled | InterruptedException e) {
      watch.end();
      if (watch.filling == null) {
        throw e;
      }
      throw full(watch.filling, watch.floor);
    } finally {
      watch.end();
      LockSupport.unpark(watcher);
    }
  }

  private synchronized void end() {
    over = true;
    if (filling != null) {
      // ours, unless a cancel came at the same moment: that one is asked for again by its flag
      Thread.interrupted();
    }
  }

  private void look() {
    while (!stopIfFull()) {
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  private synchronized boolean stopIfFull() {
    for (var disk : disks) {
      if (!over && free(disk) < floor) {
        filling = disk.toString();
        builder.interrupt();
        return true;
      }
    }
    return over;
  }

  private static long free(Path disk) {
    try {
      return Files.getFileStore(disk).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Problem full(String disk, long floor) {
    return Problem.failed(
        "disk_full",
        "The build was stopped: less than %,d MB were left on the disk of %s."
            .formatted(floor >> 20, disk),
        "Free space there (`docker system df` shows what images take), or make the build write less.");
  }
}
