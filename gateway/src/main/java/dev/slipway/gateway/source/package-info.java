/**
 * Where applications come from: sent archives, keys and credentials of repositories and registries.
 */
@NullMarked
package dev.slipway.gateway.source;

import org.jspecify.annotations.NullMarked;
