/** Schedules, dumps, restores and their verification. The process is here; its work is not yet. */
@NullMarked
package dev.slipway.backup;

import org.jspecify.annotations.NullMarked;
