/**
 * Which hosts lead to which replicas. Routes are rows; the ingress applies them and says so, and
 * whoever switches waits for that word.
 */
@NullMarked
package dev.slipway.runtime.route;

import org.jspecify.annotations.NullMarked;
