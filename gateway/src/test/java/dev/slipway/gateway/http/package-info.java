/** What this part of the gateway promises. */
@NullMarked
package dev.slipway.gateway.http;

import org.jspecify.annotations.NullMarked;
