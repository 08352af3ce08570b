/**
 * Clean-up of this node and of the database: what deleted applications and forgotten releases left
 * on an engine, and rows that are older than anybody wants to read. Only what carries this
 * installation's label is ever touched.
 */
@NullMarked
package dev.slipway.runtime.keep;

import org.jspecify.annotations.NullMarked;
