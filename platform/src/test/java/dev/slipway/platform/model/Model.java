package dev.slipway.platform.model;

import java.util.Optional;

/**
 * What a thing would do if it did one operation after the other.
 *
 * @param <S> its state; immutable, with {@code equals}
 * @param <O> an operation together with what it answered
 */
@FunctionalInterface
public interface Model<S, O> {
  /** The state after the operation; empty when the answer cannot be explained from this state. */
  Optional<S> after(S state, O operation);
}
