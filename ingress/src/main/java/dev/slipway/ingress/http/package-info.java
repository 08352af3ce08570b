/**
 * HTTP/1.1 on the wire, read strictly: heads, framing and the headers a proxy must change. Nothing
 * here knows a socket or a route; what two parsers could read in two ways is refused.
 */
@NullMarked
package dev.slipway.ingress.http;

import org.jspecify.annotations.NullMarked;
