/**
 * One class per operation of the contract: typed parameters, one store call, typed reply. Beside
 * them what they share: how things look from outside and the rules a description must keep.
 */
@NullMarked
package dev.slipway.gateway.api;

import org.jspecify.annotations.NullMarked;
