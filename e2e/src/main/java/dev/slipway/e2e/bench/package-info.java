/**
 * The budgets, measured: each figure beside its yardstick, both taken in the same run on the same
 * machine. docs/bench.md says how every figure is taken.
 */
@NullMarked
package dev.slipway.e2e.bench;

import org.jspecify.annotations.NullMarked;
