/**
 * One host among many: the questions that only its own process can answer, and the leader's view of
 * all of them with what their operator wants.
 */
@NullMarked
package dev.slipway.runtime.node;

import org.jspecify.annotations.NullMarked;
