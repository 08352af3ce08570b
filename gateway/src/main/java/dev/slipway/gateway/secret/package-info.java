/** Stored secrets: bringing them under new keys. */
@NullMarked
package dev.slipway.gateway.secret;

import org.jspecify.annotations.NullMarked;
