/** What the runtime's parts promise by themselves. */
@org.jspecify.annotations.NullMarked
package dev.slipway.runtime.logs;
