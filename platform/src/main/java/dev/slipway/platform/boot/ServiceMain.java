package dev.slipway.platform.boot;

import dev.slipway.contracts.problem.Problem;
import dev.slipway.platform.config.InvalidSettings;
import java.net.BindException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outermost frame of every {@code main}: start, or say in one sentence why not and exit with
 * code 2.
 */
public final class ServiceMain {
  /** The set-up is at fault: a bad setting, a taken port, a missing engine. */
  public static final int BAD_SETUP = 2;

  /**
   * All is well but this process' place in its cluster: whoever supervises it starts it again, and
   * it joins anew. BSD's EX_TEMPFAIL.
   */
  public static final int REJOIN = 75;

  /** Something we did not foresee. */
  public static final int UNEXPECTED = 1;

  private ServiceMain() {}

  /**
   * Runs {@code start} on the calling thread, where it may await futures. Returns when the process
   * is up; ends the JVM (running its shutdown hooks) when it cannot come up.
   */
  public static void run(String name, Start start) {
    try {
      start.run();
    } catch (Throwable e) { // an Error too: threads of Vert.x would keep a dead process alive
      System.exit(explain(name, e));
    }
  }

  /** Prints why the start failed and tells the exit code. */
  static int explain(String name, Throwable failure) {
    Logger log = LoggerFactory.getLogger(ServiceMain.class);
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SetupFailure || cause instanceof InvalidSettings) {
        System.err.println(name + ": " + cause.getMessage());
        log.debug("{} did not start", name, failure);
        return BAD_SETUP;
      }
      if (cause instanceof Problem problem) {
        System.err.println(name + ": " + problem.detail() + " " + problem.remedy());
        log.debug("{} did not start", name, failure);
        return BAD_SETUP;
      }
      if (cause instanceof BindException) {
        System.err.println(
            name
                + ": a port is taken ("
                + cause.getMessage()
                + "); set another one with SLIPWAY_UI_PORT, SLIPWAY_API_PORT or"
                + " SLIPWAY_HTTP_PORT.");
        return BAD_SETUP;
      }
    }
    System.err.println(name + " could not start: " + failure + " (see its log for the details)");
    log.error("{} could not start", name, failure);
    return UNEXPECTED;
  }

  /** What brings a process up. */
  @FunctionalInterface
  public interface Start {
    /** Brings it up; any failure ends the process. */
    void run() throws Exception;
  }
}
