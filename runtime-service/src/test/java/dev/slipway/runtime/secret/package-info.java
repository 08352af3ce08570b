@NullMarked
package dev.slipway.runtime.secret;

import org.jspecify.annotations.NullMarked;
