/** The hosts of the Swarm and the replicas on them, as operators see and change them. */
@NullMarked
package dev.slipway.gateway.node;

import org.jspecify.annotations.NullMarked;
