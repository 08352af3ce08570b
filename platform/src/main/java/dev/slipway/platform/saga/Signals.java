package dev.slipway.platform.saga;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the runner tells a saga's thread. The thread is interrupted only while the script's own code
 * runs: an interrupt in the middle of writing the journal would be taken for a failure.
 */
final class Signals {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread interruptible;
  private boolean obeysCancel;
  private volatile boolean cancelled;
  private volatile boolean lost;
  private volatile boolean stopping;

  /** A person wants it to end. */
  void cancel() {
    lock.lock();
    try {
      cancelled = true;
      changed.signalAll();
      if (obeysCancel) {
        interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Somebody else owns it, or may. */
  void lose() {
    lock.lock();
    try {
      lost = true;
      changed.signalAll();
      interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** The process goes down: stop at the next checkpoint. */
  void stopSoon() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The process goes down: stop now. */
  void stopNow() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
      interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void interrupt() {
    if (interruptible != null) {
      interruptible.interrupt();
    }
  }

  /** From here to {@link #leave} the calling thread may be interrupted. */
  void enter(boolean cancellable) {
    lock.lock();
    try {
      Thread self = Thread.currentThread();
      interruptible = self;
      obeysCancel = cancellable;
      if (lost || (cancelled && cancellable)) {
        self.interrupt();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends {@link #enter} and forgets an interrupt that came meanwhile: the flags tell. */
  void leave() {
    lock.lock();
    try {
      interruptible = null;
      Thread.interrupted();
    } finally {
      lock.unlock();
    }
  }

  /** Waits, unless something is signalled: a cancel counts only when it is obeyed. */
  void pause(Duration time, boolean cancellable) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !lost && !stopping && !(cancelled && cancellable)) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts outside of enter and leave but a shutdown of the JVM's threads.
      lose();
    } finally {
      lock.unlock();
    }
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean lost() {
    return lost;
  }

  boolean stopping() {
    return stopping;
  }
}
