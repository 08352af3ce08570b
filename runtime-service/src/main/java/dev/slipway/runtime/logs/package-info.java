/**
 * What the replicas print, from the engine to the application's log stream: one follower per
 * container, resumed where it stood after a restart.
 */
@NullMarked
package dev.slipway.runtime.logs;

import org.jspecify.annotations.NullMarked;
