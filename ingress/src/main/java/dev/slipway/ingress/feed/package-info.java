/**
 * Follows the route table in PostgreSQL and reports what was applied and what is still in flight.
 * When the database is away it waits for it, quietly, and the traffic goes on with what is known.
 */
@NullMarked
package dev.slipway.ingress.feed;

import org.jspecify.annotations.NullMarked;
