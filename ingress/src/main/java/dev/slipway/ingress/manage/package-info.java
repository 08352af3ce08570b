/**
 * What an operator may ask the ingress, on loopback only: no request that came through a public
 * port ever gets here.
 */
@NullMarked
package dev.slipway.ingress.manage;

import org.jspecify.annotations.NullMarked;
