/** What clean-up promises: old things go, needed and foreign ones stay. */
@org.jspecify.annotations.NullMarked
package dev.slipway.runtime.keep;
