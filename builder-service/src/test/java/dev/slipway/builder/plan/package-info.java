/** Promises of this package's classes. Everything runs on this machine alone. */
@NullMarked
package dev.slipway.builder.plan;

import org.jspecify.annotations.NullMarked;
