/** Which host name leads to which release, and where its tasks answer. */
@NullMarked
package dev.slipway.contracts.route;

import org.jspecify.annotations.NullMarked;
