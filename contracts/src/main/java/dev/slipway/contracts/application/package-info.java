/**
 * An application as its owner describes it: where its source is, how it is built, run and reached.
 */
@NullMarked
package dev.slipway.contracts.application;

import org.jspecify.annotations.NullMarked;
