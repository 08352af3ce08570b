/** People, and what they may do where. */
@NullMarked
package dev.slipway.contracts.people;

import org.jspecify.annotations.NullMarked;
