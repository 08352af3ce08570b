/** The lines of builds and applications, as every reader sees them. */
@NullMarked
package dev.slipway.contracts.logs;

import org.jspecify.annotations.NullMarked;
