/**
 * Ownership of a row for a while. A fence number goes up with every new owner, and each write
 * proves that it still carries the newest one.
 */
@NullMarked
package dev.slipway.platform.lease;

import org.jspecify.annotations.NullMarked;
