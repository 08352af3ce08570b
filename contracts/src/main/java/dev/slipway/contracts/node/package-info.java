/**
 * The hosts of the Swarm: what is known of them, what their operator wants of them, and what may be
 * asked of the process that answers for one.
 */
@NullMarked
package dev.slipway.contracts.node;

import org.jspecify.annotations.NullMarked;
