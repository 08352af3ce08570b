/** What other processes, older or newer than this one, may rely on. */
@NullMarked
package dev.slipway.contracts;

import org.jspecify.annotations.NullMarked;
