/** What the gateway promises, told over real sockets against a real PostgreSQL. */
@NullMarked
package dev.slipway.gateway;

import org.jspecify.annotations.NullMarked;
