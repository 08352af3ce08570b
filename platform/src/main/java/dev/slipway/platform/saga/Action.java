package dev.slipway.platform.saga;

import org.jspecify.annotations.Nullable;

/**
 * What a step does. It runs on a virtual thread, may block and may {@code await()} futures, and may
 * run again after a crash at any line: name what you make after the saga, look before you make it.
 */
@FunctionalInterface
public interface Action {
  /**
   * Does the step.
   *
   * @return what later steps need, stored as JSON and replayed after a crash; null for nothing
   */
  @Nullable Object run(StepContext ctx) throws Exception;
}
