/** The deploy saga's promises. */
@org.jspecify.annotations.NullMarked
package dev.slipway.runtime.deploy;
