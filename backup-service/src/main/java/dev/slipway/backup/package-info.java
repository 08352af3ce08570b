/** Schedules, dumps, restores and their verification. */
@NullMarked
package dev.slipway.backup;

import org.jspecify.annotations.NullMarked;
