package dev.slipway.backup.run;

import dev.slipway.contracts.deployment.Failure;
import dev.slipway.platform.logs.LogLevel;
import dev.slipway.platform.saga.StepFailure;
import org.jspecify.annotations.Nullable;

/** Tells failures to the log and to the row. */
public final class Failures {
  private static final int TAIL = 20;

  private Failures() {}

  /** Why a saga failed, with the last lines of its log. */
  public static Failure told(@Nullable StepFailure why, WorkLog log) {
    return why == null
        ? told(
            "reserve",
            "internal",
            "It failed without a reason.",
            "Try again; if it fails alike, look at the platform's own log.",
            log)
        : told(why.step(), why.code(), why.message(), why.remedy(), log);
  }

  static Failure told(String step, String code, String detail, String remedy, WorkLog log) {
    log.say(step, LogLevel.ERROR, detail);
    log.say(step, LogLevel.ERROR, remedy);
    return new Failure(step, code, detail, remedy, log.tail(TAIL));
  }
}
