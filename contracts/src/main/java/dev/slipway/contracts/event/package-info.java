/** What happened, told to those who watch. */
@NullMarked
package dev.slipway.contracts.event;

import org.jspecify.annotations.NullMarked;
