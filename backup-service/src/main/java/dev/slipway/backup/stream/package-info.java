/**
 * From a tool's output to a destination and back: hashed, compressed, sealed, in bounded memory.
 * What comes back is proven whole, or ends with the cause; it never just ends.
 */
@NullMarked
package dev.slipway.backup.stream;

import org.jspecify.annotations.NullMarked;
