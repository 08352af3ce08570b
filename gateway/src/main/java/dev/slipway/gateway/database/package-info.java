/**
 * The operations on databases: those that Slipway runs, and those of others that it knows by their
 * address. What is wanted is a row with its work; what a server tells is asked of the runtime.
 */
@NullMarked
package dev.slipway.gateway.database;

import org.jspecify.annotations.NullMarked;
