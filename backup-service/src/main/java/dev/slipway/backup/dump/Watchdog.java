package dev.slipway.backup.dump;

import dev.slipway.contracts.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends tools that stand still: a server that never answers must not keep a backup running for ever,
 * and those of the same database behind it.
 */
final class Watchdog {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Duration patience;
  private final Runnable bite;
  private volatile long touched = System.nanoTime();
  private volatile boolean bitten;
  private volatile boolean over;
  private final Thread thread;

  Watchdog(Duration patience, Runnable bite) {
    this.patience = patience;
    this.bite = bite;
    this.thread = Thread.ofVirtual().name("tool-watch").start(this::watch);
  }

  private void watch() {
    while (!over) {
      if (System.nanoTime() - touched > patience.toNanos()) {
        bitten = true;
        bite.run();
        return;
      }
      LockSupport.parkNanos(this, LOOK.toNanos());
    }
  }

  void touch() {
    touched = System.nanoTime();
  }

  /** Throws when it had to end them. */
  void mustBeCalm(String tool) {
    if (bitten) {
      throw new Problem(
          504,
          "tool_stalled",
          "The tool stood still",
          tool + " moved nothing for " + patience.toMinutes() + " minutes, and was ended.",
          "See whether the server answers and what holds its locks; SLIPWAY_BACKUP_PATIENCE allows"
              + " more time.",
          List.of(),
          null);
    }
  }

  void end() {
    over = true;
    LockSupport.unpark(thread);
  }
}
