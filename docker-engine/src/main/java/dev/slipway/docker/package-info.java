/**
 * What Slipway asks of a container engine: the {@link dev.slipway.docker.DockerEngine} port and the
 * records it speaks in. Every call blocks and is meant for virtual threads.
 */
@NullMarked
package dev.slipway.docker;

import org.jspecify.annotations.NullMarked;
