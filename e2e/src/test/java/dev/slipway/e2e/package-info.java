/**
 * The promises, each a test named as the promise, against one real platform: real processes, real
 * PostgreSQL, real engine, real Git. Nothing here is a double.
 */
@NullMarked
package dev.slipway.e2e;

import org.jspecify.annotations.NullMarked;
