/**
 * Webhooks: what senders of pushes deliver, whether it is theirs, what it means for the
 * application, and the inbox in which all of it can be looked up and carried out again.
 */
@NullMarked
package dev.slipway.gateway.webhook;

import org.jspecify.annotations.NullMarked;
