/**
 * Long work as a script of named steps that survives being killed between any two lines. A saga is
 * a row, its journal is rows, and whoever holds the lease runs it.
 */
@NullMarked
package dev.slipway.platform.saga;

import org.jspecify.annotations.NullMarked;
