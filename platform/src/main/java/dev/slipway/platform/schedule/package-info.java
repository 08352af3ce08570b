/** When something is to happen again: cron expressions in time zones that change their clocks. */
@NullMarked
package dev.slipway.platform.schedule;

import org.jspecify.annotations.NullMarked;
