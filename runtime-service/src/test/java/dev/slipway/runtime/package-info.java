/** The runtime's promises. */
@org.jspecify.annotations.NullMarked
package dev.slipway.runtime;
