@org.jspecify.annotations.NullMarked
package dev.slipway.platform.lease;
