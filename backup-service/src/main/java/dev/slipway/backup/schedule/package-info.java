/** Asks for the backups that schedules are due for. */
@NullMarked
package dev.slipway.backup.schedule;

import org.jspecify.annotations.NullMarked;
