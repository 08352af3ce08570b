/**
 * The gateway: the API that everybody outside uses. It writes intent into rows, rings, and tells
 * what it reads; it runs nothing long.
 */
@NullMarked
package dev.slipway.gateway;

import org.jspecify.annotations.NullMarked;
