/** What this part of the gateway promises. */
@NullMarked
package dev.slipway.gateway.api;

import org.jspecify.annotations.NullMarked;
