/**
 * Every table and every SQL statement: one store per aggregate. "What can touch the deployment
 * table" is one file.
 */
@NullMarked
package dev.slipway.store;

import org.jspecify.annotations.NullMarked;
