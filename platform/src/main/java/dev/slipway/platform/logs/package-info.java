/**
 * From the bytes a process prints to numbered lines in the store. Everything is bounded: a flood
 * drops its oldest part and says so with a gap record, and a slow store slows nobody but the
 * reader.
 */
@NullMarked
package dev.slipway.platform.logs;

import org.jspecify.annotations.NullMarked;
