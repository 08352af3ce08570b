/**
 * How a process stands up and goes down: readiness, a scripted shutdown that is awaited, and exit
 * code 2 with one sentence when the setting cannot work.
 */
@NullMarked
package dev.slipway.platform.boot;

import org.jspecify.annotations.NullMarked;
