/**
 * Runs the databases' servers: one Swarm service and one volume a generation, made, changed,
 * replaced and removed by sagas, looked after by the reconcile loop.
 */
@NullMarked
package dev.slipway.runtime.database;

import org.jspecify.annotations.NullMarked;
