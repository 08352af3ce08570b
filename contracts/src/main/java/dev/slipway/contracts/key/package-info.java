/** API keys: who may call, and what for. */
@NullMarked
package dev.slipway.contracts.key;

import org.jspecify.annotations.NullMarked;
