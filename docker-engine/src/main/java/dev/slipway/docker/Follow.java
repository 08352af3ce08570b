package dev.slipway.docker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A stream that somebody follows on a thread of its own, until it ends or is closed. */
public interface Follow extends AutoCloseable {

  /** Whether more may still come. */
  boolean running();

  /**
   * Waits for the end.
   *
   * @return whether it ended within the limit
   * @throws DockerProblem.Cancelled when the waiting thread is interrupted
   */
  boolean await(Duration limit);

  /** Why it ended before its time; null while it runs, after a normal end and after a close. */
  @Nullable DockerProblem problem();

  /** Stops it. The handler is not called any more once this returns. May be called twice. */
  @Override
  void close();
}
