/**
 * The way back of the platform's own state: a file and a master key become a platform on an empty
 * machine, before any of its services runs.
 */
@NullMarked
package dev.slipway.backup.platform;

import org.jspecify.annotations.NullMarked;
