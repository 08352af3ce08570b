/**
 * Connections to addresses that somebody else named. Whoever opens one asks the {@link
 * dev.slipway.platform.net.AddressGuard} and connects to the addresses it answers, never to the
 * name again.
 */
@NullMarked
package dev.slipway.platform.net;

import org.jspecify.annotations.NullMarked;
