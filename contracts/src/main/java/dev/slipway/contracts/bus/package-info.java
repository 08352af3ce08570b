/**
 * Typed, versioned addresses: an Ask is a question with an answer, a Bell only wakes somebody up.
 * Commands are never sent; they are rows.
 */
@NullMarked
package dev.slipway.contracts.bus;

import org.jspecify.annotations.NullMarked;
