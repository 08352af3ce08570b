/** What the ingress promises, proven on real sockets. */
@NullMarked
package dev.slipway.ingress;

import org.jspecify.annotations.NullMarked;
