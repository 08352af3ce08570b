/**
 * Which host leads where, right now: one immutable table behind one reference, its last good copy
 * on disk, and the count of what is still in flight per release. It is the place a canary will be:
 * a {@code Site} with two releases and a share for each.
 */
@NullMarked
package dev.slipway.ingress.routes;

import org.jspecify.annotations.NullMarked;
