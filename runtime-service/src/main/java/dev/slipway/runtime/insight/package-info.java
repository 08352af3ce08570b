/**
 * What servers of databases tell of themselves, asked with each engine's own client: inside the
 * container of a server of ours, or in a container of its own for somebody else's.
 */
@NullMarked
package dev.slipway.runtime.insight;

import org.jspecify.annotations.NullMarked;
