/**
 * How a process of the platform takes its place among the others: the clustered bus, who it is, the
 * row it keeps fresh, its management port, and the one story of standing up and going down.
 */
@NullMarked
package dev.slipway.platform.cluster;

import org.jspecify.annotations.NullMarked;
