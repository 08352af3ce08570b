/**
 * Named checks with a time limit, gathered into the answer of the health endpoint. A check that
 * hangs is a check that failed.
 */
@NullMarked
package dev.slipway.platform.health;

import org.jspecify.annotations.NullMarked;
