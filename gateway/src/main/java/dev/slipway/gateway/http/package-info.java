/**
 * From a socket to a checked {@link dev.slipway.gateway.http.Call}, and from its answer or failure
 * back. The contract decides what is let in; the endpoints never see a request that does not fit
 * it.
 */
@NullMarked
package dev.slipway.gateway.http;

import org.jspecify.annotations.NullMarked;
