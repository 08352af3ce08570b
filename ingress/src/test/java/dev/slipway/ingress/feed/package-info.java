/** What the ingress promises, proven on real sockets. */
@NullMarked
package dev.slipway.ingress.feed;

import org.jspecify.annotations.NullMarked;
