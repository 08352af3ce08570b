/**
 * What the database layer promises, against a real PostgreSQL. {@link
 * dev.slipway.platform.pg.PostgresExtension} is the part other modules' tests use.
 */
@NullMarked
package dev.slipway.platform.pg;

import org.jspecify.annotations.NullMarked;
