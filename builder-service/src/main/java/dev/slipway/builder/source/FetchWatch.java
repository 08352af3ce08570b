package dev.slipway.builder.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.jspecify.annotations.Nullable;

/**
 * Watches a fetch while it runs: tells how far it is, and stops it when the mirror grows too big,
 * the time is over or the thread was interrupted. Looks at the disk at most twice a second.
 */
final class FetchWatch extends EmptyProgressMonitor {
  private static final long LOOK_NANOS = Duration.ofMillis(500).toNanos();
  private static final long TELL_NANOS = Duration.ofSeconds(3).toNanos();

  /** Why the fetch was stopped. */
  enum Stop {
    TOO_BIG,
    TOO_SLOW,
    INTERRUPTED
  }

  private final Path mirror;
  private final SourceLimits limits;
  private final SourceListener listener;
  private final long began = System.nanoTime();
  private long lookedAt = began;
  private long toldAt = began;
  private String task = "";
  private int total;
  private int done;
  private volatile @Nullable Stop stop;

  FetchWatch(Path mirror, SourceLimits limits, SourceListener listener) {
    this.mirror = mirror;
    this.limits = limits;
    this.listener = listener;
  }

  /** Why the fetch was stopped by this watch, or null. */
  @Nullable Stop stopped() {
    return stop;
  }

  @Override
  public void beginTask(String title, int totalWork) {
    task = title;
    total = totalWork;
    done = 0;
  }

  @Override
  public void update(int completed) {
    done += completed;
    var now = System.nanoTime();
    if (now - toldAt > TELL_NANOS && total > 0) {
      toldAt = now;
      listener.line(task.toLowerCase(Locale.ROOT) + ": " + done + " of " + total);
    }
  }

  @Override
  public boolean isCancelled() {
    if (stop != null) {
      return true;
    }
    if (Thread.currentThread().isInterrupted()) {
      stop = Stop.INTERRUPTED;
      return true;
    }
    var now = System.nanoTime();
    if (now - lookedAt > LOOK_NANOS) {
      lookedAt = now;
      if (now - began > limits.fetchTime().toNanos()) {
        stop = Stop.TOO_SLOW;
      } else if (sizeOf(mirror) > limits.mirrorBytes()) {
        stop = Stop.TOO_BIG;
      }
    }
    return stop != null;
  }

  /** Bytes of the packs below a folder, those just arriving included. */
  static long sizeOf(Path mirror) {
    long bytes = 0;
    for (var folder : new Path[] {mirror.resolve("objects"), mirror.resolve("objects/pack")}) {
      try (var files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
        for (var file : files) {
          bytes += sizeIfThere(file);
        }
      } catch (NoSuchFileException e) {
        continue; // not made yet
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return bytes;
  }

  private static long sizeIfThere(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // renamed between the listing and the look
    }
  }
}
