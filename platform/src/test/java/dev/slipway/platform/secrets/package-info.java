@NullMarked
package dev.slipway.platform.secrets;

import org.jspecify.annotations.NullMarked;
