@NullMarked
package dev.slipway.platform.archive;

import org.jspecify.annotations.NullMarked;
