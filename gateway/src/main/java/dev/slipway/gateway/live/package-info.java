/**
 * What is followed as it happens: logs and events, over WebSocket and SSE. However many watch, a
 * source is read once, and who reads slowly costs only himself.
 */
@NullMarked
package dev.slipway.gateway.live;

import org.jspecify.annotations.NullMarked;
