/** What the audit log promises. */
@NullMarked
package dev.slipway.gateway.audit;

import org.jspecify.annotations.NullMarked;
