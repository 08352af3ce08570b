package dev.slipway.platform.saga;

import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named places where a process may be killed: {@code <kind>.<step>.before}, {@code .after-effect}
 * (done, not recorded), {@code .after-checkpoint} (recorded), {@code .undo.before}, {@code
 * .undo.after} (undone, not recorded), and {@code <kind>.ended.before}, {@code .ended.after}. Tests
 * inject their own.
 */
@FunctionalInterface
public interface CrashPoints {
  /** Nothing happens anywhere. */
  CrashPoints NONE = point -> {};

  /** The setting that names a point at which the JVM halts with code 137, as if killed. */
  String SETTING = "SLIPWAY_CRASH_AT";

  /**
   * The saga's thread is here. A {@link Crash} thrown from here leaves the saga as a killed process
   * would.
   */
  void reached(String point);

  /** Halts the JVM at the point named in {@link #SETTING}; does nothing when that is not set. */
  static CrashPoints fromEnvironment(Map<String, String> environment) {
    String fatal = environment.get(SETTING);
    if (fatal == null || fatal.isEmpty()) {
      return NONE;
    }
    Logger log = LoggerFactory.getLogger(CrashPoints.class);
    return point -> {
      if (point.equals(fatal)) {
        log.error("Halting at {} because {} says so", point, SETTING);
        Runtime.getRuntime().halt(137);
      }
    };
  }

  /** For tests: the end of this runner's work on the saga, as abrupt as a kill. */
  final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    /** Crashes at {@code point}. */
    public Crash(String point) {
      super("Crashed at " + point);
    }
  }
}
