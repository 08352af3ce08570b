package dev.slipway.platform.saga;

/**
 * Takes back what a step made. It also runs for the step that failed in the middle, and it may run
 * twice: what is not there counts as removed. It is never cancelled.
 */
@FunctionalInterface
public interface Undo {
  /** Takes the step back. */
  void run(StepContext ctx) throws Exception;
}
