/** A deployment turns a commit into a release; a release is the immutable whole that serves. */
@NullMarked
package dev.slipway.contracts.deployment;

import org.jspecify.annotations.NullMarked;
