/** The audit log: chaining what was noted, showing it, and giving it away to be verified. */
@NullMarked
package dev.slipway.gateway.audit;

import org.jspecify.annotations.NullMarked;
