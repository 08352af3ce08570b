/**
 * The place where stored secrets are sealed and opened. Every sealed text names the key that sealed
 * it, so that encryption and key rotation need no change anywhere else.
 */
@NullMarked
package dev.slipway.platform.secrets;

import org.jspecify.annotations.NullMarked;
