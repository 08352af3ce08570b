/** What the commands promise. */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
