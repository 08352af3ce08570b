/**
 * All services in one JVM beside an embedded PostgreSQL: what {@code ./slipway up} starts. The same
 * verticles as in a cluster, on a local bus.
 */
@NullMarked
package dev.slipway.standalone;

import org.jspecify.annotations.NullMarked;
