/** What the ingress promises, proven on real sockets. */
@NullMarked
package dev.slipway.ingress.proxy;

import org.jspecify.annotations.NullMarked;
