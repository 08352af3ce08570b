/**
 * Promises of builds as a whole: the saga on an engine in memory, and real images on the real
 * engine.
 */
@NullMarked
package dev.slipway.builder.run;

import org.jspecify.annotations.NullMarked;
