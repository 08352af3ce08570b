/** What log streams promise: nothing lost uncounted, nothing secret shown, and fast. */
@NullMarked
package dev.slipway.platform.logs;

import org.jspecify.annotations.NullMarked;
