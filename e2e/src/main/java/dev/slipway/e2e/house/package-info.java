/**
 * What black-box promises and the bench stand on: a platform started as a user starts it, real Git
 * repositories on loopback, and clients that count what they see. Nothing here knows a class of the
 * services.
 */
@NullMarked
package dev.slipway.e2e.house;

import org.jspecify.annotations.NullMarked;
