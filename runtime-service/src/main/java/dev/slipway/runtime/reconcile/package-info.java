/**
 * What is wanted against what runs, again and again: repairs, scales, reroutes, retires and
 * removes. It touches only what carries this installation's label, and never what a saga works on.
 */
@NullMarked
package dev.slipway.runtime.reconcile;

import org.jspecify.annotations.NullMarked;
