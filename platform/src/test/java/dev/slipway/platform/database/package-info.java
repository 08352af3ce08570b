/** What the settings reader promises. */
@NullMarked
package dev.slipway.platform.database;

import org.jspecify.annotations.NullMarked;
