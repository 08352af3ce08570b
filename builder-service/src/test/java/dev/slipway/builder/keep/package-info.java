/** What a builder's clean-up promises. */
@org.jspecify.annotations.NullMarked
package dev.slipway.builder.keep;
