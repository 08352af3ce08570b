/** The builder as a process of its own. */
@NullMarked
package dev.slipway.builder;

import org.jspecify.annotations.NullMarked;
