@NullMarked
package dev.slipway.platform.net;

import org.jspecify.annotations.NullMarked;
