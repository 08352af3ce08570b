/**
 * Recurring clean-up: a duty looks whether its time has come, does its chores one after the other,
 * and writes down what came of each. Who does it and when is decided by rows, never by timers.
 */
@NullMarked
package dev.slipway.platform.keep;

import org.jspecify.annotations.NullMarked;
