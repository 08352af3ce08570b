/**
 * What the stores promise, against a real PostgreSQL; and samples for the tests of the services.
 */
@NullMarked
package dev.slipway.store;

import org.jspecify.annotations.NullMarked;
