/** Tests of when something is to happen again. */
@NullMarked
package dev.slipway.platform.schedule;

import org.jspecify.annotations.NullMarked;
