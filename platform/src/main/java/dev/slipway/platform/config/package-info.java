/**
 * Settings from the environment into immutable records. All mistakes are reported together, each
 * with the variable, what is wrong with it and what to do.
 */
@NullMarked
package dev.slipway.platform.config;

import org.jspecify.annotations.NullMarked;
