/**
 * Databases beside the applications: servers that Slipway runs, and those of others that it knows
 * by their address.
 */
@NullMarked
package dev.slipway.contracts.database;

import org.jspecify.annotations.NullMarked;
