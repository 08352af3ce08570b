/** What this part of the gateway promises. */
@NullMarked
package dev.slipway.gateway.auth;

import org.jspecify.annotations.NullMarked;
