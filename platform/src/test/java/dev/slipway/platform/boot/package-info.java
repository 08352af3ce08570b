/** What start and shutdown promise. */
@NullMarked
package dev.slipway.platform.boot;

import org.jspecify.annotations.NullMarked;
