/** What this part of the gateway promises. */
@NullMarked
package dev.slipway.gateway.live;

import org.jspecify.annotations.NullMarked;
