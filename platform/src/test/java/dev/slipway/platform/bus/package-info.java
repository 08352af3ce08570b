/** What the typed bus promises, on a Vert.x of its own. */
@NullMarked
package dev.slipway.platform.bus;

import org.jspecify.annotations.NullMarked;
