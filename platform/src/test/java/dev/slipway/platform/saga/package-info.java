/**
 * What the saga engine promises, and the promises that every saga of the other modules inherits by
 * implementing {@link dev.slipway.platform.saga.SagaPromises}.
 */
@NullMarked
package dev.slipway.platform.saga;

import org.jspecify.annotations.NullMarked;
