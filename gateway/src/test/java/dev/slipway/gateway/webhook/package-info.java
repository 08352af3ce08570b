@NullMarked
package dev.slipway.gateway.webhook;

import org.jspecify.annotations.NullMarked;
