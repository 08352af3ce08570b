/** What the ingress promises, proven on real sockets. */
@NullMarked
package dev.slipway.ingress.routes;

import org.jspecify.annotations.NullMarked;
