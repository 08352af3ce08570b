/** The clustered bus, proven between real members: in one JVM, and in processes that are killed. */
@NullMarked
package dev.slipway.platform.cluster;

import org.jspecify.annotations.NullMarked;
