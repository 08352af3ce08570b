/** Brings stored secrets under new keys while everything else goes on. */
@NullMarked
package dev.slipway.runtime.secret;

import org.jspecify.annotations.NullMarked;
