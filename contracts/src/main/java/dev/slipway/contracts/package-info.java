/**
 * What services say to each other, and the words of the domain. Nothing here knows how anything is
 * stored, sent or run.
 */
@NullMarked
package dev.slipway.contracts;

import org.jspecify.annotations.NullMarked;
