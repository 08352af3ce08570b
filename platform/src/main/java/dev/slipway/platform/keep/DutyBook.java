package dev.slipway.platform.keep;

import io.vertx.core.Future;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where duties are claimed and what they did is written down. */
public interface DutyBook {

  /**
   * Begins a run when it is due: its time has come, somebody has asked, or the run before was left
   * unfinished by another attempt. One statement, so that of two processes one begins.
   *
   * @param attempt names who runs: a process, or the fence of its lease
   * @param every time from the beginning of a run to the next
   */
  Future<Boolean> begin(String duty, String attempt, Duration every);

  /** The attempt's run is over. */
  Future<Void> end(String duty, String attempt);

  /** Something was collected, or could not be. */
  Future<Void> record(
      String duty, String what, long collected, long bytes, long tookMs, @Nullable String error);

  /** How much was there after the look. */
  Future<Void> held(String duty, String what, long count, long bytes);
}
