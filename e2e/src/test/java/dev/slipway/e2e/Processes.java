package dev.slipway.e2e;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads every command line of this machine, again and again, as any user of it could. */
final class Processes implements AutoCloseable {
  private static final long PACE_MS = 20;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final AtomicInteger looks = new AtomicInteger();
  private final Thread watcher;
  private volatile boolean over;

  private Processes() {
    watcher = Thread.ofPlatform().daemon().name("processes").unstarted(this::watch);
  }

  static Processes watched() {
    Processes made = new Processes();
    made.watcher.start();
    return made;
  }

  private void watch() {
    try {
      while (!over) {
        ProcessHandle.allProcesses()
            .forEach(process ->
                seen.add(
                    String.join(
                        " ", dev.slipway.e2e.house.SlipwayHost.commandLine(process.pid()))));
        looks.incrementAndGet();
        TimeUnit.MILLISECONDS.sleep(PACE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  List<String> seen() {
    return List.copyOf(seen);
  }

  int looks() {
    return looks.get();
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    watcher.join();
  }
}
