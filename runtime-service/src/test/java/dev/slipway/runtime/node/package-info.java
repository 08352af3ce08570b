@org.jspecify.annotations.NullMarked
package dev.slipway.runtime.node;
