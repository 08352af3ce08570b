/**
 * Forwards requests: client connections, connections to the applications, and the exchange between
 * two of them. Everything of one connection happens on one event loop (its {@code Lane}), so
 * nothing here is locked; what loops share is in {@code routes}.
 */
@NullMarked
package dev.slipway.ingress.proxy;

import org.jspecify.annotations.NullMarked;
