/** What the health checks promise. */
@NullMarked
package dev.slipway.platform.health;

import org.jspecify.annotations.NullMarked;
