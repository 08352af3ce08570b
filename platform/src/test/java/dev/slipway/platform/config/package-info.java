/** What the settings reader promises. */
@NullMarked
package dev.slipway.platform.config;

import org.jspecify.annotations.NullMarked;
