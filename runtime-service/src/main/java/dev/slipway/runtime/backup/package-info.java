/** What work of the runtime asks of backup services: by rows, looked at until they end. */
@NullMarked
package dev.slipway.runtime.backup;

import org.jspecify.annotations.NullMarked;
