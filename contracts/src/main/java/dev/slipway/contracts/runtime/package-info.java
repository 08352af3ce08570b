/**
 * What may be asked of the runtime service, the one place that runs releases. Commands are not
 * here: they are rows, and {@link dev.slipway.contracts.event.Events#DEPLOYMENTS_AVAILABLE} rings
 * for them.
 */
@NullMarked
package dev.slipway.contracts.runtime;

import org.jspecify.annotations.NullMarked;
