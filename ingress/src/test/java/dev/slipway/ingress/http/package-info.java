/** What the ingress promises, proven on real sockets. */
@NullMarked
package dev.slipway.ingress.http;

import org.jspecify.annotations.NullMarked;
